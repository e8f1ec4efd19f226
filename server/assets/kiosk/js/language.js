// The customer's language: looking words up, counting in it, and changing it while a screen is open.

import { settings, texts } from "./settings.js";

const listeners = [];
let current = settings.default_language;

export const language = () => current;

export function t(key, values = {}) {
  const words = texts[current]?.[key] ?? texts[settings.default_language]?.[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** "3 copies": the key's form for the number, as the language's own rules choose it. */
export function count(key, n) {
  const form = new Intl.PluralRules(current).select(n);
  return t(`${key}.${form}`, { n });
}

export function setLanguage(code) {
  if (!texts[code]) return;
  current = code;
  document.documentElement.lang = code;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const listener of listeners) listener();
}

export const onLanguage = (listener) => listeners.push(listener);
