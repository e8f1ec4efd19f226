// "I paid but did not get my print": typing the order's number and asking the server about it.

import { readOrder } from "../api.js";
import { icon, make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { t } from "../language.js";
import { ALPHABET, LENGTH } from "../order-number.js";
import { go, screen } from "../screens.js";
import { supportLine } from "../support.js";

let visit = null;

function enter(stay) {
  visit = { stay, typed: "", answer: null, asking: false };
  watchIdle(stay);
  stay.listen(document, "keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Backspace") erase();
    else if (event.key.length === 1) type(event.key.toUpperCase());
  });
}

function type(character) {
  if (!ALPHABET.includes(character) || visit.typed.length === LENGTH) return;
  visit.typed += character;
  visit.answer = null;
  render();
}

function erase() {
  visit.typed = visit.typed.slice(0, -1);
  visit.answer = null;
  render();
}

/** What can be said about an order that is not to be printed now. */
function answerFor(order) {
  if (order.status === "success") return "printed";
  if (order.status === "refunded") return "refunded";
  if (order.status !== "pending") return "unpaid";
  return order.stage === "processing" ? "processing" : "pending";
}

async function check() {
  if (visit.typed.length < LENGTH || visit.asking) return;
  const { stay, typed } = visit;
  visit.asking = true;
  visit.answer = "asking";
  render();
  let answer;
  try {
    const order = await readOrder(typed);
    if (stay.over) return;
    const due = order.status === "success" && !order.printed;
    if (due) return go("printing", order);
    answer = answerFor(order);
  } catch (refusal) {
    answer = refusal.status === 404 ? "unknown" : refusal.status === 429 ? "often" : "offline";
  }
  if (stay.over) return;
  visit.asking = false;
  // Somebody who corrected the number meanwhile does not want the old answer.
  visit.answer = visit.typed === typed ? answer : null;
  render();
}

function render() {
  const { typed, answer } = visit;
  [...part("claim-entry").children].forEach((slot, i) => {
    slot.textContent = typed[i] ?? "";
    slot.classList.toggle("next", i === typed.length);
  });
  const words = answer ? [t(`claim.${answer}`)] : [];
  if (answer && answer !== "asking") words.push(supportLine());
  say("claim-answer", words.join(" "));
  part("claim-answer").dataset.answer = answer ?? "";
  part("claim-check").setAttribute("aria-disabled", String(typed.length < LENGTH));
}

function build() {
  for (let i = 0; i < LENGTH; i += 1) part("claim-entry").append(make("span"));
  for (const character of ALPHABET) {
    const key = make("button", "key", character);
    key.dataset.testid = `key-${character}`;
    if (character === ALPHABET[0]) key.dataset.primary = "";
    key.addEventListener("click", () => type(character));
    part("claim-keys").append(key);
  }
  const eraser = make("button", "key erase");
  eraser.dataset.testid = "key-erase";
  eraser.dataset.tLabel = "claim.erase";
  eraser.append(icon("erase"));
  eraser.addEventListener("click", erase);
  part("claim-keys").append(eraser);
}

build();
onPress("claim-check", check);
onPress("claim-back", () => go("start", { same: true }));

screen("claim", { enter, render });
