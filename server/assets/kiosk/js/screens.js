// Which screen is shown: entering, leaving, and everything that must end when a screen is left.

import { onLanguage } from "./language.js";
import { closeOverlays, overlayIsOpen } from "./overlay.js";
import { settle } from "./taps.js";

const screens = new Map();
let shown = null;

/** One visit to a screen: what is started through it ends with it. */
class Stay {
  #ending = new AbortController();

  get signal() {
    return this.#ending.signal;
  }

  get over() {
    return this.signal.aborted;
  }

  /** Returns what takes it back. */
  after(ms, work) {
    const timer = setTimeout(work, ms);
    const cancel = () => clearTimeout(timer);
    this.signal.addEventListener("abort", cancel);
    return cancel;
  }

  every(ms, work) {
    const timer = setInterval(work, ms);
    this.signal.addEventListener("abort", () => clearInterval(timer));
  }

  listen(target, type, handler) {
    target.addEventListener(type, handler, { signal: this.signal });
  }

  end() {
    this.#ending.abort();
  }
}

/** enter(stay, argument) when the screen is shown; render() then and after a change of language. */
export function screen(name, { enter, render = () => {} }) {
  const section = document.querySelector(`main > [data-name="${name}"]`);
  screens.set(name, { name, section, enter, render });
}

export function go(name, argument) {
  shown?.stay.end();
  closeOverlays();
  const next = screens.get(name);
  for (const { section } of screens.values()) section.hidden = section !== next.section;
  document.body.dataset.screen = name;
  settle();
  shown = { ...next, stay: new Stay() };
  const { stay } = shown;
  next.enter(stay, argument);
  // Entering may have gone on to another screen.
  if (stay.over) return;
  next.render();
  focusPrimary(next.section);
}

/** Puts the focus on the main button, so that two physical keys (next, press) are enough. */
export function focusPrimary(root) {
  // Before the first touch or key the ring around the button would only be an ornament nobody asked for.
  if (!navigator.userActivation.hasBeenActive) return;
  const candidates = [...root.querySelectorAll("[data-primary]")];
  candidates.findLast((button) => button.checkVisibility() && !button.disabled)?.focus({ preventScroll: true });
}

/** After a change of the buttons: what held the focus may be gone or locked, or nothing to hold it was there before. */
export function keepFocus(root) {
  const focused = document.activeElement ?? document.body;
  const lost = focused === document.body || focused.disabled || !focused.checkVisibility();
  if (lost && !overlayIsOpen()) focusPrimary(root);
}

onLanguage(() => shown?.render());
