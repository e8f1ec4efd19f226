// Whether anything can be sold now, asked before a customer begins: the owner may have closed the booth, the printer may be out of paper.

import { readReady } from "./api.js";
import { t } from "./language.js";

const LOOK_MS = 5_000;

let why = null;
let sheets = Infinity;

/** In a word why nothing can be sold now; null while all is well, or nobody knows better. */
export const closed = () => why;

/** For how many copies there is paper, as far as the printer says it. */
export const left = () => sheets;

export const closedText = (word) => t(`closed.${word}`);

/** Keeps asking while a screen stays; render() draws it anew when the answer is another one. */
export function watchClosed(stay, render) {
  const look = async () => {
    try {
      const { closed: word = null, left: now = Infinity } = await readReady();
      if (stay.over || (word === why && now === sheets)) return;
      [why, sheets] = [word, now];
      render();
    } catch {
      // The server itself refuses what it cannot do.
    }
  };
  look();
  stay.every(LOOK_MS, look);
}
