// Leave to print, asked of the server before anything comes out: one payment is printed once, whoever has its number.

import { askToPrint } from "./api.js";
import { pageId } from "./memory.js";

const RETRY_MS = 1_000;
const TRIES = 60;

/**
 * leave: "granted", "printed" (by somebody else), "elsewhere" (not this booth's to print), or "later" when nobody answers; and with
 * "granted" the order as it is now.
 */
export async function leaveToPrint(id, stay) {
  for (let tries = 0; tries < TRIES && !stay.over; tries += 1) {
    try {
      return { leave: "granted", granted: await askToPrint(id, pageId()) };
    } catch (refusal) {
      if (refusal.status === 409) return { leave: refusal.order?.status === "refunded" ? "refunded" : "printed" };
      if (refusal.status === 403) return { leave: "elsewhere" };
      if (refusal.status === 404) return { leave: "unknown" };
    }
    await new Promise((go) => setTimeout(go, RETRY_MS));
  }
  return { leave: "later" };
}
