// After the payment: the tick, the printing, the thanks, and back to the start.

import { part, say } from "../dom.js";
import { count, t } from "../language.js";
import { granted, leaveToPrint } from "../leave-to-print.js";
import { forget, hasBegun, noteBegun } from "../memory.js";
import { money } from "../money.js";
import { grouped } from "../letters.js";
import { showOwn } from "../own-picture.js";
import { takePictures } from "../paid-first.js";
import { followPrints, render as renderPrints } from "../print-job.js";
import { dropPictures, layOutPictures, printPictures } from "../print-picture.js";
import { printReceipt } from "../receipt.js";
import { go, screen } from "../screens.js";
import { play } from "../sound.js";

const TICK_MS = 2_500;
const PAINT_MS = 150;
const PRINTING_MS = 7_000;
const THANKS_MS = 20_000;

// Nobody prints them before they are asked for.
const WAITING = ["claim", "shots"];

let order = null;

const isPicture = (source) => /^data:image\/jpeg;base64,/.test(source ?? "");
const isCode = (source) => /^data:image\/png;base64,/.test(source ?? "");

screen("paid", {
  enter(stay, paid) {
    order = paid;
    play("paid");
    stay.after(TICK_MS, () => (order.shots_due ? takePictures(order, stay) : go("printing", order)));
  },
  render() {
    say("paid-amount", money(order.amount_soum));
    say("paid-text", t(order.shots_due ? "paid.shots" : "paid.text"));
  },
});

screen("printing", {
  async enter(stay, paid) {
    order = paid;
    part("came-out").hidden = true;
    // Somebody else prints: what there is a claim to is asked for, what is under way is only shown. Asking brings the code to
    // take the picture home; the prints are followed whatever it answers.
    if (order.print && !WAITING.includes(order.print.state)) {
      if (order.print.state !== "printed") leaveToPrint(order.order_id, stay);
      return followPrints(order, stay, ended);
    }
    const leave = await leaveToPrint(order.order_id, stay);
    if (stay.over) return;
    if (leave === "shots") return go("paid", { ...order, shots_due: true });
    if (leave !== "granted") return go("ended", { why: leave, id: order.order_id, until: order.print?.claim_until });
    if (granted().print) return followPrints(granted(), stay, ended);
    // The browser's dialog blocks the page, so the screen is painted before it opens. What was begun before a reload is
    // not begun again: nobody knows how much of it came out, and staff can allow it once more.
    stay.after(PAINT_MS, async () => {
      if (!hasBegun(order.order_id)) {
        const { picture } = granted();
        // A picture that the browser cannot draw would come out as white paper: the receipt is the claim to it.
        const isLaidOut = isPicture(picture) && (await layOutPictures(picture, order.copies));
        if (stay.over) return dropPictures();
        noteBegun(order.order_id);
        if (isLaidOut) printPictures();
        else printReceipt(order);
      }
      forget();
      stay.after(PRINTING_MS, () => go("thanks"));
    });
  },
  render() {
    if (order.print && !WAITING.includes(order.print.state)) {
      renderPrints();
    } else {
      say("printing-title", count("printing.title", order.copies));
      say("printing-text", t("printing.text"));
    }
    say("printing-order", grouped(order.order_id));
    showOwn("printing-own");
  },
});

function ended(why, { order_id: id, print }) {
  forget();
  if (why === "printed") return go("thanks");
  go("ended", { why, id, until: print?.claim_until });
}

screen("thanks", {
  enter(stay) {
    forget();
    const { download } = granted();
    part("take-home").hidden = !isCode(download);
    if (isCode(download)) part("take-home-code").src = download;
    part("take-home-code").alt = t("qr.alt");
    showOwn("thanks-own");
    stay.signal.addEventListener("abort", () => part("take-home-code").removeAttribute("src"));
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
