// "I paid but did not get my print": typing the order's number and asking the server about it.

import { readOrder } from "../api.js";
import { onPress } from "../dom.js";
import { watchIdle } from "../idle.js";
import { keypad } from "../keypad.js";
import { t } from "../language.js";
import { endElsewhere } from "../paid-first.js";
import { isOpen } from "../print-job.js";
import { go, screen } from "../screens.js";
import { supportLine } from "../support.js";

/** What can be said about an order that is not to be printed now. */
function answerFor(order) {
  if (order.status === "success") return "printed";
  if (order.status === "refunded") return "refunded";
  if (order.status !== "pending") return "unpaid";
  return order.stage === "processing" ? "processing" : "pending";
}

async function ask(typed, stay) {
  try {
    const order = await readOrder(typed);
    const open = order.print ? isOpen(order.print) : !order.printed;
    const due = order.status === "success" && open;
    if (due && !stay.over && order.elsewhere) return endElsewhere(order);
    if (due && !stay.over) return go(order.shots_due ? "paid" : "printing", order);
    return answerFor(order);
  } catch (refusal) {
    return refusal.status === 404 ? "unknown" : refusal.status === 429 ? "often" : "offline";
  }
}

const words = (answer) => [t(`claim.${answer}`), answer === "asking" ? "" : supportLine()].join(" ").trim();

const pad = keypad("claim", { ask, words });

onPress("claim-back", () => go("start", { same: true }));

screen("claim", {
  enter(stay) {
    watchIdle(stay);
    pad.enter(stay);
  },
  render: pad.render,
});
