// Leave to print, asked of the server before anything comes out: one payment is printed once, whoever has its number.

import { askToPrint, isDefinite } from "./api.js";
import { pageId, recall } from "./memory.js";
import { customer, onWipe } from "./visit.js";

const RETRY_MS = 1_000;

// Nobody stands before the screen for longer. A try of its own may take a minute, where a print is composed.
const PATIENCE_MS = 60_000;

let answer = null;
onWipe(() => (answer = null));

/** Of this customer's visit alone, also after a reload: it goes with him. */
function sessionOf(id) {
  const saved = recall();
  return customer().session?.id ?? (saved?.id === id ? saved.session : undefined);
}

function whyNot(order) {
  if (order?.status === "refunded") return "refunded";
  if (order?.print?.state === "claim" && order.print.claim_until <= order.now) return "past";
  if (order?.shots_due) return "shots";
  // Its print cannot be made, and somebody has to see to it.
  return order?.print?.state === "claim" ? "later" : "printed";
}

/** What came with the last leave: the composed picture, and the code to take it home, where the booth takes pictures. */
export const granted = () => answer ?? {};

const WORDS = { 403: "elsewhere", 404: "unknown", 410: "shots" };

/**
 * "granted", "printed" (by somebody else), "shots" (there are no pictures yet), "past" (the days of its claim are over), "elsewhere" (not
 * this booth's to print), or "later" when nobody answers.
 */
export async function leaveToPrint(id, stay) {
  const begun = performance.now();
  while (!stay.over && performance.now() - begun < PATIENCE_MS) {
    try {
      const given = await askToPrint(id, pageId(), sessionOf(id));
      // What comes when its customer has left is for nobody's eyes.
      if (stay.over) return "later";
      answer = given;
      return "granted";
    } catch (refusal) {
      if (refusal.status === 409) return whyNot(refusal.order);
      if (isDefinite(refusal)) return WORDS[refusal.status] ?? "later";
    }
    await new Promise((go) => setTimeout(go, RETRY_MS));
  }
  return "later";
}
