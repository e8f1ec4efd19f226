// How the payment screen looks in each of its phases.

import { fillRing, part, say } from "../dom.js";
import { count, t } from "../language.js";
import { money } from "../money.js";
import { grouped } from "../letters.js";
import { nameOf, offered } from "../providers.js";
import { settings } from "../settings.js";
import { supportLine } from "../support.js";
import { settle } from "../taps.js";
import { showOwn } from "../own-picture.js";
import { byUzqr } from "./payment-visit.js";

const section = document.querySelector(".payment");
const ICONS = { waiting: "scan", processing: "phone", expired: "clock", offline: "offline", checking: "refresh" };
const HURRY_SECONDS = 30;

// Addresses and pictures come from the server, and still only these kinds are put into the page.
const isPicture = (source) => /^(data:image\/png;base64,|\/pictures\/uzqr-code\?)/.test(source ?? "");
const isWeb = (address) => /^https?:\/\//.test(address ?? "");

export function draw(visit) {
  const { phase, order, id } = visit;
  document.body.dataset.phase = phase;
  for (const element of section.querySelectorAll("[data-when]")) {
    element.hidden = !element.dataset.when.split(" ").includes(phase);
  }

  showOwn("payment-own");
  showOwn("processing-own");
  const sum = order ? money(order.amount_soum) : "";
  say("amount", sum);
  // However long, it is set on one line.
  part("amount").style.setProperty("--letters", sum.length);
  say("payment-copies", order ? count("copies", order.copies) : "");
  say("order-number", grouped(id));
  const uzqr = byUzqr(visit);
  say("step-open", uzqr ? t("uzqr.open") : t("step.open", { name: nameOf(visit.provider) }));
  say("step-scan", uzqr ? t("uzqr.scan", { sum }) : t("step.scan"));
  say("step-confirm", uzqr ? t("uzqr.confirm") : t("step.confirm"));
  say("other-method-text", t(offered.length > 1 ? "button.other" : "button.change"));

  drawCode(phase === "waiting" ? visit.code : null, nameOf(visit.provider));
  drawButtons(visit);
  if (phase !== "waiting") {
    const waitsForStaff = uzqr && phase === "processing";
    const title = phase === "expired" && visit.void ? "live.expired" : `${phase}.title`;
    say("message-title", waitsForStaff ? t("uzqr.processing.title") : t(title));
    const text = waitsForStaff ? t("uzqr.processing.text", { sum }) : t(`${phase}.text`, { name: nameOf(visit.provider) });
    say("message-text", text);
    say("message-phone", phase === "offline" ? supportLine() : "");
    say("message-order", grouped(id));
    part("message-order").hidden = phase !== "offline";
  }
  part("live-icon").setAttribute("href", `#i-${ICONS[phase]}`);
  say("live-line", uzqr && phase === "processing" ? t("uzqr.live") : t(`live.${phase}`));
}

/** The code is in the page only while it may be paid: no phone can read it from behind a cover. */
function drawCode(code, name) {
  const picture = part("qr");
  if (!isPicture(code?.qrCode)) picture.removeAttribute("src");
  else if (picture.getAttribute("src") !== code.qrCode) picture.src = code.qrCode;
  picture.alt = t("qr.alt");

  // At a desk there is no phone to scan with, so outside production the code is a link as well.
  const address = settings.mode !== "production" && isWeb(code?.paymentUrl) ? code.paymentUrl : null;
  for (const link of [part("qr-link"), part("pay-link")]) {
    if (address) link.href = address;
    else link.removeAttribute("href");
  }
  part("pay-link").hidden = !address;
  if (address) say("pay-link-text", t(`link.${settings.mode}`, { name }));
}

function drawButtons(visit) {
  const { phase, extended, order, deadline, renewing, renewFailed } = visit;
  // What only the customer has said, he may take back.
  const waitsForStaff = phase === "processing" && byUzqr(visit);
  const held = phase === "processing" && !waitsForStaff;
  part("have-paid").hidden ||= waitsForStaff;
  part("staff-open").hidden = !(waitsForStaff || (byUzqr(visit) && phase === "expired"));
  for (const name of ["cancel", "other-method"]) {
    part(name).disabled = held;
    part(name).querySelector("[data-lock]").toggleAttribute("hidden", !held);
    part(name).querySelector("[data-open]").toggleAttribute("hidden", held);
  }
  // Nothing to add when the server ends the order no later than the screen does.
  const room = order && deadline && order.expires_at > deadline;
  part("add-minute").disabled = extended || !room;
  part("new-code").setAttribute("aria-busy", String(renewing));
  part("newcode-failed").hidden = !(phase === "expired" && renewFailed);
}

/** The parts that change with the clock; left and untilReturn are milliseconds. */
export function drawTime({ phase, extended }, { left, untilReturn, stuck }) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  if (phase === "waiting" && Number.isFinite(left)) {
    const minutes = Math.floor(seconds / 60);
    say("countdown-time", `${minutes}:${String(seconds % 60).padStart(2, "0")}`);
    fillRing("countdown-ring", left / 1000 / (settings.payment_seconds + (extended ? 60 : 0)));
    part("countdown").classList.toggle("hurry", seconds <= HURRY_SECONDS);
  }
  if (phase === "expired") say("returning", t("expired.returning", { n: Math.max(0, Math.ceil(untilReturn / 1000)) }));
  // A button that comes up where another one was must not catch the tap meant for that.
  if (stuck && part("stuck-leave").hidden) settle();
  part("stuck-leave").hidden = !stuck;
  if (!stuck) return;
  say("message-text", t("stuck.text"));
  part("message-order").hidden = false;
  // They are locked anyway, and the way out needs their place.
  for (const name of ["cancel", "other-method"]) part(name).hidden = true;
}
