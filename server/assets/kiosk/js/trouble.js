// A word when something cannot be done now: try it again, or go back to the start. Where only a wallet does not do its part, another
// wallet may, so that is offered instead of the start.

import { onPress, part, say } from "./dom.js";
import { t } from "./language.js";
import { closeOverlay, openOverlay } from "./overlay.js";
import { nameOf, offered } from "./providers.js";
import { leave as goAway } from "./paid-first.js";
import { supportLine } from "./support.js";
import { customer } from "./visit.js";

let retry = null;
let leave = null;

/** refusal is what the server answered; again() is what is tried once more, other() leads to the other ways to pay. */
export function tellTrouble(refusal, again, other) {
  retry = again;
  leave = refusal.wallet && offered.length > 1 ? other : null;
  part("trouble-other").hidden = leave === null;
  part("trouble-home").hidden = leave !== null;
  openOverlay("trouble", () => {
    say("trouble-title", titleFor(refusal));
    say("trouble-text", customer().order ? t("trouble.paid") : t(textFor(refusal)));
    say("trouble-phone", supportLine());
  });
}

function titleFor({ wallet }) {
  if (customer().order) return t("trouble.paidTitle");
  return wallet ? t("trouble.noCode", { name: nameOf(wallet) }) : t("trouble.title");
}

function textFor({ status, closed }) {
  if (closed) return `closed.${closed}`;
  if (leave) return "trouble.otherWay";
  return status === 0 ? "trouble.offline" : "trouble.text";
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
