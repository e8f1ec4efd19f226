// A member of staff types a PIN: over the payment screen, to confirm what he has seen on the customer's phone or in the bank's app; over
// the first screen, to open the panel.

import { confirmPaid, openPanel } from "../api.js";
import { icon, make, onPress, part, say } from "../dom.js";
import { language, t } from "../language.js";
import { money } from "../money.js";
import { closeOverlay, openOverlay } from "../overlay.js";
import { grouped } from "../letters.js";

const FEWEST = 6;
const MOST = 8;

// A dialog that staff have left must not wait for the next finger.
const LEFT_MS = 60_000;

const ANSWERS = { 403: "wrong", 404: "off", 409: "busy", 412: "none", 429: "often" };

let visit = null;

function type(digit) {
  if (!visit || visit.asking || visit.typed.length === MOST) return;
  Object.assign(visit, { typed: visit.typed + digit, answer: null });
  touched();
}

function erase() {
  if (!visit || visit.asking) return;
  Object.assign(visit, { typed: visit.typed.slice(0, -1), answer: null });
  touched();
}

function touched() {
  clearTimeout(visit.timer);
  visit.timer = setTimeout(closeOverlay, LEFT_MS);
  render();
}

async function confirm() {
  if (!visit || visit.asking || visit.typed.length < FEWEST) return;
  const mine = visit;
  Object.assign(mine, { asking: true, answer: "asking" });
  render();
  try {
    const answer = await mine.ask(mine.typed);
    if (mine !== visit) return;
    closeOverlay();
    mine.heard(answer);
  } catch (refusal) {
    if (mine !== visit) return;
    Object.assign(mine, { asking: false, typed: "", answer: ANSWERS[refusal.status] ?? "offline" });
    touched();
    if (refusal.order) mine.heard(refusal.order);
  }
}

function render() {
  if (!visit) return;
  const { typed, answer, words } = visit;
  say("staff-title", t(words.title));
  say("staff-text", words.text());
  say("staff-go", t(words.go));
  // Whoever stands behind sees how many, not which.
  [...part("staff-entry").children].forEach((slot, i) => {
    slot.textContent = i < typed.length ? "•" : "";
    slot.classList.toggle("next", i === typed.length);
  });
  say("staff-answer", answer ? t(`staff.${answer}`) : "");
  part("staff-confirm").setAttribute("aria-disabled", String(typed.length < FEWEST));
}

/** To confirm a payment; `heard` takes the order as it is then. */
export function openStaff(of, heard) {
  const text = () => t("staff.text", { sum: money(of.order.amount_soum), order: grouped(of.id) });
  const words = { title: "staff.title", text, go: "staff.confirm" };
  open({ words, stay: of.stay, ask: (pin) => confirmPaid(of.id, pin), heard });
}

/** To open the panel in this browser. In its place in the history: going back leads nobody to a screen behind which it is open. */
export function openDoor(stay) {
  const words = { title: "staff.doorTitle", text: () => t("staff.doorText"), go: "staff.doorConfirm" };
  open({ words, stay, ask: (pin) => openPanel(pin, language()), heard: ({ address }) => location.replace(address) });
}

function open(of) {
  const mine = { ...of, typed: "", answer: null, asking: false, timer: null };
  openOverlay("staff", render, () => {
    clearTimeout(mine.timer);
    if (visit === mine) visit = null;
  });
  visit = mine;
  of.stay.signal.addEventListener("abort", () => visit === mine && closeOverlay(), { once: true });
  touched();
}

for (let i = 0; i < MOST; i += 1) part("staff-entry").append(make("span"));
for (const digit of "123456789") addKey(digit);
const eraser = make("button", "key erase");
eraser.dataset.testid = "staff-erase";
eraser.dataset.tLabel = "claim.erase";
eraser.append(icon("erase"));
eraser.addEventListener("click", erase);
part("staff-keys").append(eraser);
addKey("0");

function addKey(digit) {
  const key = make("button", "key", digit);
  key.dataset.testid = `staff-key-${digit}`;
  key.addEventListener("click", () => type(digit));
  part("staff-keys").append(key);
}

document.addEventListener("keydown", (event) => {
  if (!visit || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Backspace") return erase();
  if (!/^[0-9]$/.test(event.key)) return;
  type(event.key);
  // Whoever types ends with Enter, which is not to close the pad.
  part("staff-confirm").focus({ preventScroll: true });
});

onPress("staff-confirm", confirm);
onPress("staff-close", closeOverlay);
