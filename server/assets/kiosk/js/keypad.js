// A place for eight letters and the keys that fill it, for fingers and for a keyboard; and what came of the last try.

import { icon, make, onPress, part, say } from "./dom.js";
import { t } from "./language.js";
import { ALPHABET, LENGTH, letter } from "./letters.js";

/**
 * `name` is the screen's: its parts are NAME-entry, NAME-keys, NAME-answer and NAME-check, its words NAME.ANSWER. `ask(typed,
 * stay)` tries what was typed and returns the word for the answer; nothing when it has gone to another screen.
 */
export function keypad(name, { ask, words = (answer) => t(`${name}.${answer}`) }) {
  let visit = { typed: "", answer: null, asking: false };

  function type(character) {
    const added = letter(character);
    if (!added || visit.typed.length === LENGTH) return;
    visit.typed += added;
    visit.answer = null;
    render();
  }

  function erase() {
    visit.typed = visit.typed.slice(0, -1);
    visit.answer = null;
    render();
  }

  async function check() {
    if (visit.typed.length < LENGTH || visit.asking) return;
    const { typed } = visit;
    const mine = visit;
    mine.asking = true;
    mine.answer = "asking";
    render();
    const answer = await ask(typed, mine.stay);
    if (mine.stay.over || !answer) return;
    mine.asking = false;
    // Somebody who corrected the letters meanwhile does not want the old answer.
    mine.answer = mine.typed === typed ? answer : null;
    render();
  }

  function render() {
    const { typed, answer } = visit;
    [...part(`${name}-entry`).children].forEach((slot, i) => {
      slot.textContent = typed[i] ?? "";
      slot.classList.toggle("next", i === typed.length);
    });
    say(`${name}-answer`, answer ? words(answer) : "");
    part(`${name}-answer`).dataset.answer = answer ?? "";
    part(`${name}-check`).setAttribute("aria-disabled", String(typed.length < LENGTH));
  }

  function build() {
    for (let i = 0; i < LENGTH; i += 1) part(`${name}-entry`).append(make("span"));
    for (const character of ALPHABET) {
      const key = make("button", "key", character);
      key.dataset.testid = name === "claim" ? `key-${character}` : `${name}-key-${character}`;
      if (character === ALPHABET[0]) key.dataset.primary = "";
      key.addEventListener("click", () => type(character));
      part(`${name}-keys`).append(key);
    }
    const eraser = make("button", "key erase");
    eraser.dataset.testid = name === "claim" ? "key-erase" : `${name}-key-erase`;
    eraser.dataset.tLabel = "claim.erase";
    eraser.append(icon("erase"));
    eraser.addEventListener("click", erase);
    part(`${name}-keys`).append(eraser);
  }

  build();
  onPress(`${name}-check`, check);

  return {
    enter(stay) {
      visit = { stay, typed: "", answer: null, asking: false };
      stay.listen(document, "keydown", (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.key === "Backspace") return erase();
        if (event.key.length !== 1 || !letter(event.key)) return;
        type(event.key);
        // Whoever types ends with Enter.
        part(`${name}-check`).focus({ preventScroll: true });
      });
    },
    render,
  };
}
