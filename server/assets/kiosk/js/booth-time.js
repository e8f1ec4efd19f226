// Dates and times as they are where the booth stands, whatever zone its computer is set to; written alike in all three languages.

import { settings } from "./settings.js";

/** style says which parts, as Intl.DateTimeFormat takes them. */
export function boothTime(ms, style) {
  try {
    return new Intl.DateTimeFormat("ru-RU", { ...style, timeZone: settings.time_zone }).format(ms);
  } catch {
    // A zone that this browser does not know: its own is the best guess, and something must be said.
    return new Intl.DateTimeFormat("ru-RU", style).format(ms);
  }
}
