// Which app to pay with, where there are several; choosing one makes the order.

import { icon, make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { priceOf } from "../money.js";
import { busyWith, placeOrder } from "../ordering.js";
import { nameOf, offered } from "../providers.js";
import { go, screen } from "../screens.js";

let visit = null;

function enter(stay, { copies }) {
  visit = { stay, copies };
  watchIdle(stay);
}

function render() {
  say("method-price", priceOf(visit.copies));
  say("method-copies", count("copies", visit.copies));
  for (const { id, tile, note } of tiles) {
    const busy = busyWith() === id;
    note.textContent = busy ? t("method.busy") : t("method.with", { name: nameOf(id) });
    tile.setAttribute("aria-busy", String(busy));
  }
}

const tiles = offered.map((id, i) => {
  const tile = make("button", "choice");
  const wordmark = make("b", "wordmark", nameOf(id));
  const note = make("span");
  tile.dataset.testid = `method-${id}`;
  tile.dataset.provider = id;
  if (i === 0) tile.dataset.primary = "";
  tile.append(wordmark, note, icon("arrow"));
  tile.addEventListener("click", () => placeOrder({ ...visit, provider: id, render }));
  part("methods").append(tile);
  return { id, tile, note };
});

onPress("method-back", () => go("copies", { copies: visit.copies }));

screen("method", { enter, render });
