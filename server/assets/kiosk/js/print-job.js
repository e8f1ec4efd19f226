// Prints that somebody else than this page makes: following how far they are, and asking the customer where nobody knows it.

import { sayWhatCameOut } from "./api.js";
import { onPress, part, say } from "./dom.js";
import { follow } from "./follow.js";
import { count, t } from "./language.js";

/** How long the question stays. Whoever has gone has his claim: the order stays in the list of what is owed. */
const QUESTION_MS = 60_000;

/** After this much silence of the server the customer is told to keep his number. */
const SILENCE_MS = 60_000;

const DONE_MS = 4_000;

const ENDINGS = { claim: "owed", failed: "owed", stopped: "refunded" };

let order = null;
let visit = null;

/** Whether somebody who types the number of such an order is shown it: all but what came out, or goes back. */
export const isOpen = ({ state }) => state !== "printed" && state !== "stopped";

/** Follows an order's prints until they are out or owed; end(why, order) says which: "printed", or a reason of the last screen. */
export function followPrints(given, stay, end) {
  order = given;
  visit = { stay, end, asked: false };
  let silent = 0;
  const heard = (now) => {
    if (stay.over) return;
    silent = 0;
    order = now;
    render();
    const { state } = order.print ?? {};
    if (state === "printed") return stay.after(DONE_MS, () => end("printed", order));
    if (ENDINGS[state]) return end(ENDINGS[state], order);
    if (state === "unknown" && !visit.asked) {
      visit.asked = true;
      stay.after(QUESTION_MS, () => order.print.state === "unknown" && end("unsure", order));
    }
  };
  follow(order.order_id, {
    snapshot: heard,
    online: () => (silent = 0),
    offline: () => (silent = performance.now()),
    gone: () => end("unknown", order),
  }, stay.signal);
  stay.every(1_000, () => silent && performance.now() - silent > SILENCE_MS && end("later", order));
  render();
}

export function render() {
  const { copies, print } = order;
  const isAsked = print?.state === "unknown";
  part("came-out").hidden = !isAsked;
  say("printing-title", isAsked ? t("printing.ask.title") : count("printing.title", copies));
  say("printing-text", words(print, copies, isAsked));
}

function words(print, copies, isAsked) {
  if (isAsked) return t("printing.ask.text");
  if (print?.state === "printed") return t("printing.done");
  if (print?.state === "printing") return t("printing.progress", { n: Math.min(print.copies_printed + 1, copies), all: copies });
  return t("printing.waiting");
}

async function answer(all) {
  const { stay } = visit;
  try {
    await sayWhatCameOut(order.order_id, all);
  } catch {
    // Somebody has answered already, or the line is down: what is followed says which.
  }
  // It may have to be asked once more, about the copies that are printed now.
  if (!stay.over) visit.asked = false;
}

onPress("came-out-yes", () => answer(true));
onPress("came-out-no", () => answer(false));
