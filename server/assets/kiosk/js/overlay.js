// Dialogs over a screen. The header stays free, because the language can be changed at any time.

import { part } from "./dom.js";
import { onLanguage } from "./language.js";
import { settle } from "./taps.js";

const main = document.querySelector("main");
let open = null;

/** The dialog takes the place of another one; with `over` it only covers it, and gives the place back when it is closed. */
export function openOverlay(name, render = () => {}, onClose = () => {}, { over = false } = {}) {
  if (!over) closeOverlays();
  const under = open;
  if (under) under.dialog.hidden = true;
  const dialog = document.querySelector(`[data-overlay="${name}"]`);
  show({ dialog, render, onClose, under, before: under?.before ?? document.activeElement });
}

function show(overlay) {
  open = overlay;
  const { dialog, render } = overlay;
  render();
  dialog.hidden = false;
  part("veil").hidden = false;
  main.inert = true;
  settle();
  dialog.querySelector("[data-primary]").focus({ preventScroll: true });
}

export function closeOverlay() {
  if (!open) return;
  const { dialog, onClose, under, before } = open;
  dialog.hidden = true;
  if (under) {
    show(under);
  } else {
    open = null;
    part("veil").hidden = true;
    main.inert = false;
    settle();
    before?.focus({ preventScroll: true });
  }
  onClose();
}

/** Nothing lies over the screen any more. */
export function closeOverlays() {
  while (open) closeOverlay();
}

export const overlayIsOpen = () => open !== null;

onLanguage(() => open?.render());
