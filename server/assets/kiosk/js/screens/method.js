// Which app to pay with; choosing one makes the order.

import { createOrder } from "../api.js";
import { icon, make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, language, t } from "../language.js";
import { priceOf } from "../money.js";
import { closeOverlay, openOverlay } from "../overlay.js";
import { nameOf, offered } from "../providers.js";
import { go, screen } from "../screens.js";
import { supportLine } from "../support.js";

let visit = null;

function enter(stay, { copies }) {
  visit = { stay, copies, busyWith: null, failedWith: null };
  watchIdle(stay);
}

function render() {
  say("method-price", priceOf(visit.copies));
  say("method-copies", count("copies", visit.copies));
  for (const { id, tile, note } of tiles) {
    const busy = visit.busyWith === id;
    note.textContent = busy ? t("method.busy") : t("method.with", { name: nameOf(id) });
    tile.setAttribute("aria-busy", String(busy));
  }
}

async function choose(provider) {
  const { stay, copies } = visit;
  if (visit.busyWith) return;
  visit.busyWith = provider;
  render();
  try {
    const order = await createOrder(copies, provider, language());
    if (!stay.over) go("payment", { order, provider });
  } catch (refusal) {
    if (stay.over) return;
    visit.busyWith = null;
    visit.failedWith = provider;
    render();
    tellTrouble(refusal);
  }
}

function tellTrouble(refusal) {
  openOverlay("trouble", () => {
    say("trouble-text", t(refusal.status === 0 ? "trouble.offline" : "trouble.text"));
    say("trouble-phone", supportLine());
  });
}

const tiles = offered.map((id, i) => {
  const tile = make("button", "choice");
  const wordmark = make("b", "wordmark", nameOf(id));
  const note = make("span");
  tile.dataset.testid = `method-${id}`;
  tile.dataset.provider = id;
  if (i === 0) tile.dataset.primary = "";
  tile.append(wordmark, note, icon("arrow"));
  tile.addEventListener("click", () => choose(id));
  part("methods").append(tile);
  return { id, tile, note };
});

onPress("method-back", () => go("copies", { copies: visit.copies }));
onPress("trouble-home", () => go("start"));
onPress("trouble-again", () => {
  closeOverlay();
  choose(visit.failedWith);
});

screen("method", { enter, render });
