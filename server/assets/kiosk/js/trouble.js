// A word when something cannot be done now: try it again, or go back to the start.

import { onPress, say } from "./dom.js";
import { closeOverlay, openOverlay } from "./overlay.js";
import { go } from "./screens.js";
import { supportLine } from "./support.js";

let retry = null;

/** words() is the text, in the language of the moment; again() is what is tried once more. */
export function tellTrouble(words, again) {
  retry = again;
  openOverlay("trouble", () => {
    say("trouble-text", words());
    say("trouble-phone", supportLine());
  });
}

onPress("trouble-home", () => go("start"));
onPress("trouble-again", () => {
  closeOverlay();
  retry();
});
