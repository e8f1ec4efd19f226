// Which app to pay with, where there are several; choosing one makes the order.

import { icon, make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { priceOf } from "../money.js";
import { busyWith, placeOrder } from "../ordering.js";
import { isUzqr, nameOf, offered, wordmark } from "../providers.js";
import { go, screen } from "../screens.js";

let visit = null;

function enter(stay, { copies }) {
  visit = { stay, copies };
  watchIdle(stay);
}

/** "With the Payme app on your phone". */
const withWhat = (id) => (isUzqr(id) ? t("method.uzqr") : t("method.with", { name: nameOf(id) }));

function render() {
  say("method-price", priceOf(visit.copies));
  say("method-copies", count("copies", visit.copies));
  for (const { id, tile, note } of tiles) {
    const busy = busyWith() === id;
    note.textContent = busy ? t("method.busy") : withWhat(id);
    tile.setAttribute("aria-busy", String(busy));
  }
}

const tiles = offered.map((id, i) => {
  const tile = make("button", "choice");
  const note = make("span");
  tile.dataset.testid = `method-${id}`;
  tile.dataset.provider = id;
  if (i === 0) tile.dataset.primary = "";
  tile.append(wordmark(id), note, icon("arrow"));
  tile.addEventListener("click", () => placeOrder({ ...visit, provider: id, render }));
  part("methods").append(tile);
  return { id, tile, note };
});

onPress("method-back", () => go("copies", { copies: visit.copies }));

screen("method", { enter, render });
