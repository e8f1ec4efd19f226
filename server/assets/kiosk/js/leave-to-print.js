// Leave to print, asked of the server before anything comes out: one payment is printed once, whoever has its number.

import { askToPrint } from "./api.js";
import { pageId } from "./memory.js";
import { onWipe } from "./visit.js";

const RETRY_MS = 1_000;

// Nobody stands before the screen for longer. A try of its own may take a minute, where a print is composed.
const PATIENCE_MS = 60_000;

let answer = null;
onWipe(() => (answer = null));

function whyNot(order) {
  if (order?.status === "refunded") return "refunded";
  if (order?.print?.state === "claim" && order.print.claim_until <= order.now) return "past";
  if (order?.shots_due) return "shots";
  // Its print cannot be made, and somebody has to see to it.
  return order?.print?.state === "claim" ? "later" : "printed";
}

/** What came with the last leave: the composed picture, and the code to take it home, where the booth takes pictures. */
export const granted = () => answer ?? {};

/**
 * "granted", "printed" (by somebody else), "shots" (there are no pictures yet), "past" (the days of its claim are over), "elsewhere" (not
 * this booth's to print), or "later" when nobody answers.
 */
export async function leaveToPrint(id, stay) {
  const begun = performance.now();
  while (!stay.over && performance.now() - begun < PATIENCE_MS) {
    try {
      const given = await askToPrint(id, pageId());
      // What comes when its customer has left is for nobody's eyes.
      if (stay.over) return "later";
      answer = given;
      return "granted";
    } catch (refusal) {
      if (refusal.status === 409) return whyNot(refusal.order);
      if (refusal.status === 403) return "elsewhere";
      if (refusal.status === 404) return "unknown";
    }
    await new Promise((go) => setTimeout(go, RETRY_MS));
  }
  return "later";
}
