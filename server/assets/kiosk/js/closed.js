// Whether anything can be sold now. Where the server itself prints, the printer is asked about before a customer begins.

import { readReady } from "./api.js";
import { t } from "./language.js";
import { settings } from "./settings.js";

const LOOK_MS = 5_000;

let why = null;

/** In a word why nothing can be sold now; null while all is well, or nobody knows better. */
export const closed = () => why;

export const closedText = (word) => t(`closed.${word}`);

/** Keeps asking while a screen stays; render() draws it anew when the answer is another one. */
export function watchClosed(stay, render) {
  if (!settings.prints_here) return;
  const look = async () => {
    try {
      const { closed: word = null } = await readReady();
      if (stay.over || word === why) return;
      why = word;
      render();
    } catch {
      // The server itself refuses what it cannot do.
    }
  };
  look();
  stay.every(LOOK_MS, look);
}
