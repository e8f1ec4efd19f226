// Dialogs over a screen. The header stays free, because the language can be changed at any time.

import { part } from "./dom.js";
import { onLanguage } from "./language.js";
import { settle } from "./taps.js";

const main = document.querySelector("main");
let open = null;

export function openOverlay(name, render = () => {}, onClose = () => {}) {
  closeOverlay();
  const dialog = document.querySelector(`[data-overlay="${name}"]`);
  open = { dialog, render, onClose, before: document.activeElement };
  render();
  dialog.hidden = false;
  part("veil").hidden = false;
  main.inert = true;
  settle();
  dialog.querySelector("[data-primary]").focus({ preventScroll: true });
}

export function closeOverlay() {
  if (!open) return;
  const { dialog, onClose, before } = open;
  open = null;
  dialog.hidden = true;
  part("veil").hidden = true;
  main.inert = false;
  settle();
  before?.focus({ preventScroll: true });
  onClose();
}

export const overlayIsOpen = () => open !== null;

onLanguage(() => open?.render());
