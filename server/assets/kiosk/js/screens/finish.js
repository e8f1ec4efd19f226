// After the payment: the tick, the printing, the thanks, and back to the start.

import { part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { granted, leaveToPrint } from "../leave-to-print.js";
import { forget, hasBegun, noteBegun, recall, remember } from "../memory.js";
import { money } from "../money.js";
import { grouped } from "../letters.js";
import { showOwn } from "../own-picture.js";
import { endElsewhere, takePictures } from "../paid-first.js";
import { followPrints, render as renderPrints } from "../print-job.js";
import { dropPictures, layOutPictures, printPictures } from "../print-picture.js";
import { printReceipt } from "../receipt.js";
import { go, screen } from "../screens.js";
import { play } from "../sound.js";
import { takesPictures } from "../visit.js";

// With a code to take the picture home, for whose making a small computer needs a while.
const CODE_MS = 10_000;

const TICK_MS = 2_500;
const PAINT_MS = 150;
const PRINTING_MS = 7_000;
const THANKS_MS = 20_000;

// A phone is taken out, unlocked, and opens the picture. After it the screen asks once more before it goes.
const TAKE_HOME_SECONDS = 60;

// Nobody prints them before they are asked for.
const WAITING = ["claim", "shots"];

let order = null;

const isPicture = (source) => /^data:image\/jpeg;base64,/.test(source ?? "");
const isCode = (source) => /^data:image\/png;base64,/.test(source ?? "");

screen("paid", {
  enter(stay, paid) {
    order = paid;
    if (order.elsewhere) return endElsewhere(order);
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
    if (order.elsewhere) return endElsewhere(order);
    // Somebody else prints: what there is a claim to is asked for, what is under way is only shown. Asking brings the code to
    // take the picture home; the prints are followed whatever it answers.
    if (order.print && !WAITING.includes(order.print.state)) {
      const asked = (takesPictures || order.print.state !== "printed") && leaveToPrint(order.order_id, stay);
      return followPrints(order, stay, followed(asked, stay));
    }
    const leave = await leaveToPrint(order.order_id, stay);
    if (stay.over) return;
    // Only the code was asked for once more, by a page that was loaded again.
    if (order.printed && hasBegun(order.order_id)) return finish();
    if (leave === "shots") return go("paid", { ...order, shots_due: true });
    if (leave !== "granted") return ended(leave, order);
    if (granted().print) return followPrints(granted(), stay, followed(leave, stay));
    // The browser's dialog blocks the page, so the screen is painted before it opens. What was begun before a reload is
    // not begun again: nobody knows how much of it came out, and staff can allow it once more.
    stay.after(PAINT_MS, async () => {
      const { picture } = granted();
      // A picture that the browser cannot draw would come out as white paper: the receipt is the claim to it.
      const isLaidOut = isPicture(picture) && (await layOutPictures(picture, order.copies));
      if (stay.over) return dropPictures();
      noteBegun(order.order_id);
      if (isLaidOut) printPictures();
      else printReceipt(order);
      if (!isCode(granted().download)) forget();
      stay.after(PRINTING_MS, finish);
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

/** What follows when the prints are out, or will not be: the thanks wait a little for the answer to what was asked before. */
const followed = (asked, stay) => async (why, order) => {
  if (why !== "printed") return ended(why, order);
  await Promise.race([asked, new Promise((done) => stay.after(CODE_MS, done))]);
  if (!stay.over) finish();
};

const ended = (why, { order_id: id, print, elsewhere }) => go("ended", { why, id, until: print?.claim_until, booth: elsewhere });

/** The thanks; with a code to take the picture home a reload finds them again. */
function finish() {
  const saved = isCode(granted().download) ? recall() : null;
  if (saved) remember({ ...saved, done: true });
  else forget();
  go("thanks");
}

screen("thanks", {
  enter(stay) {
    const { download } = granted();
    const hasCode = isCode(download);
    part("take-home").hidden = !hasCode;
    if (hasCode) part("take-home-code").src = download;
    part("take-home-code").alt = t("qr.alt");
    showOwn("thanks-own");
    stay.signal.addEventListener("abort", () => part("take-home-code").removeAttribute("src"));
    part("thanks-bar").style.transform = "scaleX(0)";
    if (hasCode) return watchIdle(stay, TAKE_HOME_SECONDS, undefined, () => go("start"));
    const begun = performance.now();
    stay.every(200, () => {
      const share = (performance.now() - begun) / THANKS_MS;
      part("thanks-bar").style.transform = `scaleX(${Math.min(1, share)})`;
      if (share >= 1) go("start");
    });
  },
});

// Anywhere on the screen, its button included; but who points at the code wants it.
document.querySelector(".thanks").addEventListener("click", ({ target }) => {
  if (!part("take-home").contains(target)) go("start");
});
