// After the payment: the tick, the printing, the thanks, and back to the start.

import { part, say } from "../dom.js";
import { count } from "../language.js";
import { forget } from "../memory.js";
import { money } from "../money.js";
import { grouped } from "../order-number.js";
import { isReported, reportPrinted } from "../printed.js";
import { printReceipt } from "../receipt.js";
import { go, screen } from "../screens.js";
import { play } from "../sound.js";

const TICK_MS = 2_500;
const PAINT_MS = 150;
const PRINTING_MS = 7_000;
const THANKS_MS = 20_000;

let order = null;

screen("paid", {
  enter(stay, paid) {
    order = paid;
    play("paid");
    stay.after(TICK_MS, () => go("printing", order));
  },
  render() {
    say("paid-amount", money(order.amount_soum));
  },
});

screen("printing", {
  enter(stay, paid) {
    order = paid;
    // The browser's dialog blocks the page, so the screen is painted before it opens. Printing comes before the
    // report: if the booth dies in between, the customer gets a second receipt and not none at all.
    stay.after(PAINT_MS, () => {
      if (isReported(order.order_id)) printReceipt(order);
      reportPrinted(order.order_id);
      forget();
      stay.after(PRINTING_MS, () => go("thanks"));
    });
  },
  render() {
    say("printing-title", count("printing.title", order.copies));
    say("printing-order", grouped(order.order_id));
  },
});

screen("thanks", {
  enter(stay) {
    forget();
    const begun = performance.now();
    stay.every(200, () => {
      const share = (performance.now() - begun) / THANKS_MS;
      part("thanks-bar").style.transform = `scaleX(${Math.min(1, share)})`;
      if (share >= 1) go("start");
    });
  },
});

// Anywhere on the screen, its button included.
document.querySelector(".thanks").addEventListener("click", () => go("start"));
