// What order numbers and pairing codes are made of, and how they are shown. The server says which letters there are, and which
// others are only another keyboard's, so that what it can read is what can be typed.

import { settings } from "./settings.js";

export const { alphabet: ALPHABET, length: LENGTH } = settings.letters;

const alike = new Map(Object.entries(settings.letters.alike));

/** The letter that somebody means who types this character; nothing when there is none. */
export function letter(character) {
  const meant = (alike.get(character) ?? character).toUpperCase();
  return ALPHABET.includes(meant) ? meant : "";
}

/** "B7K2 M9QX": two groups are easier to remember and to type than eight characters; where the place is narrow, on two lines. */
export const grouped = (id) => (id.length === LENGTH ? `${id.slice(0, 4)} ${id.slice(4)}` : id);
