// What the payment screen knows of its order, and what follows from it: which phase it is in, and until when.

import { isUzqr } from "../providers.js";
import { serverNow } from "../server-clock.js";
import { customer } from "../visit.js";

/** One visit to the payment screen, with a fresh order or with what a reload left behind. */
export function newVisit(stay, { order = null, provider, saved }) {
  return {
    stay,
    id: order?.order_id ?? saved.id,
    provider: provider ?? saved.provider,
    order: null,
    // The photo session of this customer, which no other one knows.
    session: customer().session?.id ?? saved?.session,
    // Kept as it was made, in the customer's language: a code that changes under a phone's camera is not read.
    code: null,
    deadline: saved?.deadline ?? null,
    extended: saved?.extended ?? false,
    warned: false,
    over: false,
    void: false,
    leaving: null,
    cancelling: false,
    cancelPlanned: false,
    offline: false,
    renewing: false,
    renewFailed: false,
    phase: "checking",
    phaseSince: performance.now(),
    touched: performance.now(),
  };
}

/** The code and the link that an order can be paid with, while it can. */
export function codeOf({ qrCode, paymentUrl }) {
  return qrCode ? { qrCode, paymentUrl } : null;
}

/** Whether the wallet has ended the code that is on the screen, while the order can still be paid: there has to be a new one. */
export const lostItsCode = ({ provider, order }) =>
  provider === "uzum_qr" && order.stage === "waiting" && codeOf(order) === null;

/** Whether the order is paid by the national code: by what holds it, and as long as nobody does, by what was chosen. */
export const byUzqr = ({ provider, order }) => isUzqr(order?.held_by ?? provider);

/** When the code is taken off the screen, on the server's clock: never later than the server ends the order. */
export function limitOf({ deadline, order }) {
  return Math.min(deadline ?? Infinity, order?.expires_at ?? Infinity);
}

export function phaseOf(visit) {
  // Once over, always over, until there is a new code: a clock set back must not bring a dead code to the screen.
  if (visit.order?.stage === "waiting" && limitOf(visit) <= serverNow()) visit.over = true;
  if (visit.offline) return "offline";
  if (!visit.order || visit.leaving) return "checking";
  if (visit.order.stage === "processing") return "processing";
  if (visit.over || visit.order.status === "expired") return "expired";
  return "waiting";
}
