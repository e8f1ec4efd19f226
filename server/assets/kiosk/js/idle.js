// Nobody touches a choice screen: ask whether somebody is there, then go back to the start; what is paid becomes a claim.

import { fillRing, onPress, say } from "./dom.js";
import { closeOverlay, openOverlay } from "./overlay.js";
import { leave } from "./paid-first.js";
import { settings } from "./settings.js";

const ASK_SECONDS = 20;
const TICK_MS = 250;

/** busy() tells that somebody is there who has nothing to touch; goAway() is what follows when nobody is. */
export function watchIdle(stay, seconds = settings.idle_seconds, busy = () => false, goAway = leave) {
  let touched = performance.now();
  let asked = false;

  const touch = () => {
    touched = performance.now();
  };
  for (const type of ["pointerdown", "keydown"]) stay.listen(document, type, touch);

  stay.every(TICK_MS, () => {
    if (busy()) touch();
    const quiet = (performance.now() - touched) / 1000 - seconds;
    if (quiet < 0) {
      // A touch anywhere, the language chips included, says that somebody is there.
      if (asked) closeOverlay();
      return;
    }
    if (!asked) {
      asked = true;
      const answered = () => {
        asked = false;
        touch();
      };
      // A word about what went wrong is still to be answered afterwards.
      openOverlay("idle", undefined, answered, { over: true });
    }
    const left = ASK_SECONDS - quiet;
    fillRing("idle-ring", left / ASK_SECONDS);
    say("idle-left", String(Math.max(0, Math.ceil(left))));
    if (left <= 0) goAway();
  });
}

onPress("idle-stay", closeOverlay);
