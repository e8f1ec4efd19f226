// The payment screen: from the order's code to paid, given up, or handed back to be claimed later.

import { cancelOrder, isDefinite, renewCode, reportPaid } from "../api.js";
import { onPress } from "../dom.js";
import { follow } from "../follow.js";
import { language } from "../language.js";
import { forget, hasBegun, remember } from "../memory.js";
import { closeOverlay } from "../overlay.js";
import { endElsewhere } from "../paid-first.js";
import { offered } from "../providers.js";
import { go, keepFocus, screen } from "../screens.js";
import { settle } from "../taps.js";
import { hearClock, serverNow } from "../server-clock.js";
import { settings } from "../settings.js";
import { play } from "../sound.js";
import { tellTrouble } from "../trouble.js";
import { takesPictures } from "../visit.js";
import { openHelp } from "./payment-help.js";
import { openStaff } from "./payment-staff.js";
import { draw, drawTime } from "./payment-view.js";
import { byUzqr, codeOf, limitOf, lostItsCode, newVisit, phaseOf } from "./payment-visit.js";

const TICK_MS = 200;
const EXTENSION_MS = 60_000;
const WARNING_MS = 30_000;
const RETURN_MS = 30_000;
const RETRY_MS = 2_000;

// The app can hold a payment for hours. The customer is let go after a while, and an abandoned booth frees itself;
// the order stays claimable by its number.
const STUCK_MS = 120_000;
const ABANDONED_MS = 600_000;

/** All that is known of the order on screen; a new one for each visit. */
let visit = null;

function enter(stay, given) {
  visit = newVisit(stay, given);
  const on = {
    snapshot: heard,
    offline: () => connected(false),
    online: () => connected(true),
    gone: () => end("unknown"),
  };
  visit.ask = follow(visit.id, on, stay.signal);
  for (const type of ["pointerdown", "keydown"]) {
    stay.listen(document, type, () => (visit.touched = performance.now()));
  }
  stay.every(TICK_MS, tick);
  if (given.order) heard(given.order);
}

function heard(order) {
  const before = visit.order;
  if (visit.stay.over) return;
  if (order.elsewhere) return endElsewhere(order);
  hearClock(order.now);
  visit.order = order;
  visit.code ??= codeOf(order);
  if (lostItsCode(visit)) visit.over = visit.void = true;
  if (order.status === "success") {
    // Granted to this page before a reload, or printed elsewhere: the printing screen finds out.
    if (order.printed) return hasBegun(order.order_id) && !takesPictures ? go("thanks") : go("printing", order);
    return go("paid", order);
  }
  if (order.status === "refunded") return end("refunded");
  if (visit.leaving && order.status !== "pending") return depart();
  if (order.status === "cancelled") return end("withdrawn");
  visit.deadline ??= serverNow() + settings.payment_seconds * 1000;
  if (before?.stage === "processing" && order.stage !== "processing") handedBack();
  else if (visit.leaving && order.stage === "waiting") cancelLater();
  refresh();
}

/** The app gave the payment up: the code works again, and there must be time to use it. */
function handedBack() {
  visit.over = visit.warned = false;
  visit.deadline = Math.max(visit.deadline, serverNow() + EXTENSION_MS);
  if (visit.leaving) cancel();
}

function connected(yes) {
  visit.offline = !yes;
  refresh();
}

function keep() {
  const { id, provider, deadline, extended, session } = visit;
  remember({ id, provider, deadline, extended, session, language: language() });
}

function refresh() {
  const now = phaseOf(visit);
  if (now !== visit.phase) {
    visit.phase = now;
    visit.phaseSince = visit.touched = performance.now();
    settle();
  }
  if (visit.order) keep();
  draw(visit);
  drawClock();
  keepFocus(document.querySelector(".payment"));
}

const timeLeft = () => limitOf(visit) - serverNow();
const quietFor = () => performance.now() - visit.touched;

function isStuck() {
  // For staff the screen waits, and the server says for how long.
  const held = visit.phase === "checking" || (visit.phase === "processing" && !byUzqr(visit));
  return held && performance.now() - visit.phaseSince > STUCK_MS;
}

function tick() {
  if (visit.phase === "waiting" && timeLeft() <= 0) return refresh();
  if (visit.phase === "expired" && quietFor() > RETURN_MS && !visit.renewing) return leave("start");
  if (isStuck() && quietFor() > ABANDONED_MS) return end("later");
  if (visit.phase === "waiting" && timeLeft() < WARNING_MS && !visit.warned) {
    visit.warned = true;
    play("warning");
  }
  drawClock();
}

function drawClock() {
  drawTime(visit, { left: timeLeft(), untilReturn: RETURN_MS - quietFor(), stuck: isStuck() });
}

/** Leaving means cancelling, and the server may refuse: then the screen waits for what comes of the payment. */
function leave(where) {
  closeOverlay();
  visit.leaving = where;
  refresh();
  cancel();
}

async function cancel() {
  if (visit.cancelling) return;
  const asked = visit;
  asked.cancelling = true;
  try {
    const order = await cancelOrder(asked.id);
    asked.cancelling = false;
    if (asked === visit) heard(order);
  } catch (refusal) {
    asked.cancelling = false;
    if (asked !== visit || asked.stay.over) return;
    // Whatever is heard next decides: paid, held by the app, or still to be cancelled.
    if (refusal.order) heard(refusal.order);
    else if (isDefinite(refusal)) end(refusal.status === 404 ? "unknown" : "later");
    else asked.ask();
  }
}

function cancelLater() {
  if (visit.cancelling || visit.cancelPlanned) return;
  const planned = visit;
  planned.cancelPlanned = true;
  planned.stay.after(RETRY_MS, () => {
    planned.cancelPlanned = false;
    cancel();
  });
}

function depart() {
  const { leaving, order } = visit;
  forget();
  if (leaving === "cancelled") return end("cancelled");
  if (leaving === "start") return go("start");
  go(offered.length > 1 ? "method" : "copies", { copies: order.copies });
}

function end(why) {
  go("ended", { why, id: visit.id });
}

async function renew() {
  if (visit.renewing) return;
  const asked = visit;
  asked.renewing = true;
  asked.renewFailed = false;
  refresh();
  try {
    const order = await renewCode(asked.id, language());
    if (asked !== visit || asked.stay.over) return;
    Object.assign(asked, { over: false, void: false, extended: false, warned: false });
    asked.code = codeOf(order);
    asked.deadline = order.now + settings.payment_seconds * 1000;
    heard(order);
  } catch (refusal) {
    if (asked !== visit || asked.stay.over) return;
    if (refusal.order) heard(refusal.order);
    else if (refusal.wallet) tellTrouble(refusal, renew, { what: "order", other: () => leave("choice") });
    else asked.renewFailed = true;
  }
  asked.renewing = false;
  if (!asked.stay.over) refresh();
}

/** Of the national code the server hears nothing: the customer says so himself, and staff look. */
async function havePaid() {
  if (!byUzqr(visit) || !["waiting", "expired"].includes(visit.phase)) return openHelp(visit);
  if (visit.reporting) return;
  const asked = visit;
  asked.reporting = true;
  try {
    const order = await reportPaid(asked.id);
    if (asked === visit && !asked.stay.over) heard(order);
  } catch (refusal) {
    if (asked === visit && !asked.stay.over) {
      if (refusal.order) heard(refusal.order);
      else openHelp(visit);
    }
  }
  asked.reporting = false;
}

function extend() {
  visit.extended = true;
  visit.warned = false;
  visit.deadline = limitOf(visit) + EXTENSION_MS;
  refresh();
}

onPress("add-minute", extend);
onPress("cancel", () => leave("cancelled"));
onPress("other-method", () => leave("choice"));
onPress("finish", () => leave("start"));
onPress("new-code", renew);
onPress("have-paid", havePaid);
onPress("staff-open", () => openStaff(visit, heard));
onPress("stuck-leave", () => end("later"));

screen("payment", { enter, render: refresh });
