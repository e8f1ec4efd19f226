// Telling the server that an order was printed, until it knows, whatever screen is shown meanwhile.

import { confirmPrinted } from "./api.js";
import { oweReport, owedReports, settleReport } from "./memory.js";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

async function report(id, wait = FIRST_RETRY_MS) {
  try {
    await confirmPrinted(id);
  } catch (refusal) {
    // A refusal is an answer: asking again would not change it.
    if (refusal.status === 0 || refusal.status >= 500) {
      setTimeout(report, wait, id, Math.min(wait * 2, LAST_RETRY_MS));
      return;
    }
  }
  settleReport(id);
}

export function reportPrinted(id) {
  oweReport(id);
  report(id);
}

export const isReported = (id) => !owedReports().includes(id);

/** After a reload: what was printed before it and not yet told. */
export function reportOwed() {
  for (const id of owedReports()) report(id);
}
