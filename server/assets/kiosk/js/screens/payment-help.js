// "I have paid": asks the server at once, and shows what the customer needs if the answer is not yet yes.

import { onPress, part, say } from "../dom.js";
import { t } from "../language.js";
import { closeOverlay, openOverlay } from "../overlay.js";
import { grouped } from "../letters.js";
import { supportLine } from "../support.js";

// An answer that comes faster than the eye looks as if nothing had been asked.
const SHORTEST_MS = 600;

let visit = null;
let answer = "asking";

function render() {
  part("help-spinner").hidden = answer !== "asking";
  say("help-answer", t(`help.${answer}`));
  say("help-order", grouped(visit.id));
  say("help-phone", supportLine());
}

async function ask() {
  const asked = visit;
  answer = "asking";
  render();
  const [answered] = await Promise.all([asked.ask(), new Promise((done) => setTimeout(done, SHORTEST_MS))]);
  // Had the order been paid, the screen would be another one by now.
  if (asked !== visit || asked.stay.over) return;
  answer = !answered ? "offline" : asked.order?.stage === "processing" ? "processing" : "none";
  render();
}

export function openHelp(current) {
  visit = current;
  answer = "asking";
  openOverlay("help", render);
  ask();
}

onPress("help-again", ask);
onPress("help-back", closeOverlay);
