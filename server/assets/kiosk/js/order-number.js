// Order numbers: the characters they are made of and how they are shown.

/** No 0, O, 1, I or L: nothing that can be read as something else. */
export const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const LENGTH = 8;

/** "B7K2 M9QX": two groups are easier to remember and to type than eight characters. */
export const grouped = (id) => (id.length === LENGTH ? `${id.slice(0, 4)}\u00a0${id.slice(4)}` : id);
