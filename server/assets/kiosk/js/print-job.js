// Prints that somebody else than this page makes: following how far they are, and asking the customer where nobody knows it.

import { sayWhatCameOut } from "./api.js";
import { closed, watchClosed } from "./closed.js";
import { make, onPress, part, say } from "./dom.js";
import { follow } from "./follow.js";
import { count, t } from "./language.js";

/**
 * How long the screen stays at a state, from when the order came to it, and why it ends then. Whoever has gone has his claim: the order stays in
 * the list of what is owed. A silent printer may be silent for hours, and the question comes after it: as long as nothing can be sold, who is
 * there is waited for, but not for ever.
 */
const LIMITS = {
  printed: { ms: 4_000, why: "printed" },
  unknown: { ms: 60_000, why: "unsure" },
  stuck: { ms: 600_000, why: "unsure" },
};

/** After this much silence of the server the customer is told to keep his number. */
const SILENCE_MS = 60_000;

const ENDINGS = { claim: "owed", failed: "owed", stopped: "refunded" };

let order = null;
let visit = null;

/** Whether somebody who types the number of such an order is shown it: all but what came out, or goes back. */
export const isOpen = ({ state }) => state !== "printed" && state !== "stopped";

/** Follows an order's prints until they are out or owed; end(why, order) says which: "printed", or a reason of the last screen. */
export function followPrints(given, stay, end) {
  order = given;
  visit = { stay, end, limit: null, unheard: false };
  let silent = 0;
  const heard = (now) => {
    if (stay.over) return;
    silent = 0;
    order = now;
    visit.unheard = false;
    render();
    const { state } = order.print ?? {};
    if (ENDINGS[state]) return end(ENDINGS[state], order);
    limit(state);
  };
  follow(order.order_id, {
    snapshot: heard,
    online: () => (silent = 0),
    offline: () => (silent = performance.now()),
    gone: () => end("unknown", order),
  }, stay.signal);
  // Why the printer has stopped, where it says so.
  watchClosed(stay, render);
  stay.every(1_000, () => silent && performance.now() - silent > SILENCE_MS && end("later", order));
  render();
}

/** Begins the time of a state, unless it runs already. That of another state, and of a question that was answered, is over. */
function limit(state) {
  if (visit.limit?.state === state) return;
  visit.limit?.cancel();
  const { stay, end } = visit;
  const { ms, why } = LIMITS[state] ?? {};
  visit.limit = { state, cancel: ms ? stay.after(ms, () => end(why, order)) : () => {} };
}

export function render() {
  const { copies, print } = order;
  const isAsked = print?.state === "unknown";
  part("came-out").hidden = !isAsked;
  if (isAsked) offerNumbers(print.copies_printed, copies);
  say("printing-title", title(print, copies));
  say("printing-text", words(print, copies, isAsked));
}

/** The answers: what was out for certain, and every number up to all of them. Whoever has one of two gets the other, not both. */
function offerNumbers(done, copies) {
  say("came-out-no", done === 0 ? t("printing.ask.no") : t("printing.ask.some", { n: done }));
  const between = Array.from({ length: Math.max(0, copies - done - 1) }, (_, index) => done + 1 + index);
  const buttons = between.map((number) => {
    const button = make("button", "button plain", t("printing.ask.some", { n: number }));
    button.dataset.testid = `came-out-${number}`;
    button.addEventListener("click", () => answer(number));
    return button;
  });
  part("came-out-some").replaceChildren(...buttons);
}

// What a printer says of itself that has stopped: then it does answer.
const STOPPED = ["paper", "jam", "cover", "ribbon", "other"];

function title(print, copies) {
  if (print?.state === "unknown") return t("printing.ask.title");
  if (print?.state !== "stuck") return count("printing.title", copies);
  return t(STOPPED.includes(closed()) ? "printing.stopped.title" : "printing.stuck.title");
}

function words(print, copies, isAsked) {
  if (isAsked && visit.unheard) return t("claim.offline");
  const stopped = STOPPED.includes(closed());
  if (isAsked && copies > 1) return t(stopped ? "printing.ask.stoppedMany" : "printing.ask.many", { all: copies });
  if (isAsked) return t(stopped ? "printing.ask.stopped" : "printing.ask.text");
  if (print?.state === "stuck") return t(stopped ? "printing.stopped.text" : "printing.stuck.text");
  if (print?.state === "printed") return t("printing.done");
  if (print?.state === "printing") return t("printing.progress", { n: Math.min(print.copies_printed + 1, copies), all: copies });
  return t("printing.waiting");
}

async function answer(number) {
  const { stay, end } = visit;
  // Whoever answers is there: should he be asked again, about the copies that are printed now, he has the whole time once more.
  visit.limit?.cancel();
  visit.limit = null;
  try {
    await sayWhatCameOut(order.order_id, number);
  } catch (refusal) {
    if (stay.over) return;
    if (refusal.status === 403) return end("elsewhere", order);
    if (refusal.status === 404) return end("unknown", order);
    // Somebody has answered already: what is followed says what. When the line is down, he is told to answer once more.
    visit.unheard = refusal.status !== 409;
    order = refusal.order ?? order;
    render();
    limit(order.print?.state);
  }
}

onPress("came-out-yes", () => answer(order.copies));
onPress("came-out-no", () => answer(order.print.copies_printed));
