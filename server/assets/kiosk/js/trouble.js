// A word when something cannot be done now: try it again, or go back to the start. Where only a wallet does not do its part, another
// wallet may, so that is offered instead of the start. Pictures that are gone are taken once more: nothing else would bring them back.

import { isDefinite, isGone } from "./api.js";
import { onPress, part, say } from "./dom.js";
import { t } from "./language.js";
import { closeOverlay, openOverlay } from "./overlay.js";
import { nameOf, offered } from "./providers.js";
import { leave as goAway } from "./paid-first.js";
import { go } from "./screens.js";
import { supportLine } from "./support.js";
import { begin, customer } from "./visit.js";

let retry = null;
let leave = null;

/**
 * refusal is what the server answered; again() is what is tried once more, other() leads to the other ways to pay. `what` did not work:
 * "order" (making it), "print" (composing it), "camera" (all around the shots).
 */
export function tellTrouble(refusal, again, { what, other = null }) {
  // Trying the same again would not help, and how far a paid order is, the server knows.
  if (what === "camera" && customer().order && isDefinite(refusal)) return go("paid", customer().order);
  retry = again;
  leave = refusal.wallet && offered.length > 1 ? other : null;
  part("trouble-other").hidden = leave === null;
  part("trouble-home").hidden = leave !== null;
  openOverlay("trouble", () => {
    say("trouble-title", titleFor(refusal, what));
    say("trouble-text", textFor(refusal, what));
    say("trouble-again-text", t("trouble.again"));
    say("trouble-phone", supportLine());
  });
}

function titleFor({ wallet }, what) {
  if (wallet && !customer().order) return t("trouble.noCode", { name: nameOf(wallet) });
  return t(what === "order" && !customer().order ? "trouble.title" : "trouble.failed");
}

function textFor({ status, closed }, what) {
  const why = closed ? `closed.${closed}` : what === "print" && status !== 0 ? "review.failed" : null;
  if (customer().order) return [why, "trouble.paid"].filter(Boolean).map((key) => t(key)).join(" ");
  if (closed) return t(why);
  if (leave) return t("trouble.otherWay");
  if (status === 0) return t("trouble.offline");
  return [why, "trouble.text"].filter(Boolean).map((key) => t(key)).join(" ");
}

/** The pictures of this customer are not at the server any more. */
export function tellGone() {
  retry = takeAgain;
  part("trouble-other").hidden = true;
  part("trouble-home").hidden = false;
  openOverlay("trouble", () => {
    say("trouble-title", t("gone.title"));
    say("trouble-text", t(customer().order ? "gone.paid" : "gone.text"));
    say("trouble-again-text", t("gone.again"));
    say("trouble-phone", supportLine());
  });
}

async function takeAgain() {
  const { order, layout } = customer();
  // How far it is, the server knows.
  if (order) return go("paid", order);
  try {
    await begin(layout);
    if (customer().layout === layout) go("shoot");
  } catch (refusal) {
    if (customer().layout !== layout) return;
    if (isGone(refusal)) go("layout");
    else tellTrouble(refusal, takeAgain, { what: "camera" });
  }
}

onPress("trouble-home", goAway);
onPress("trouble-other", () => {
  closeOverlay();
  leave();
});
onPress("trouble-again", () => {
  closeOverlay();
  retry();
});
