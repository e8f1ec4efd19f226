// A press meant for the screen before must not act on what has just come up under the finger.

/** A second tap of a double tap comes within this; no customer reads a new screen and decides so fast. */
const SETTLE_MS = 500;

let timer;

/** Called when the buttons under the finger have changed: for a moment none of them can be pressed. */
export function settle() {
  document.body.dataset.settling = "";
  clearTimeout(timer);
  timer = setTimeout(() => delete document.body.dataset.settling, SETTLE_MS);
}

/** The header's languages stay free: pressing one twice does no harm. */
const isGuarded = (target) => "settling" in document.body.dataset && target.closest("main, .veil");

addEventListener(
  "click",
  (event) => {
    if (!isGuarded(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

// A key that is held down repeats, and would run through one screen after the other.
addEventListener("keydown", (event) => {
  if (event.repeat && ["Enter", " "].includes(event.key)) event.preventDefault();
});
