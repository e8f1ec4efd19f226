// The first screen: the booth's name and price, and the way back for who paid and got nothing.

import { closed, closedText, watchClosed } from "../closed.js";
import { onPress, part, say } from "../dom.js";
import { language, setLanguage, t } from "../language.js";
import { forget } from "../memory.js";
import { money } from "../money.js";
import { isOutdated } from "../revision.js";
import { go, screen } from "../screens.js";
import { settings } from "../settings.js";
import { supportLine } from "../support.js";
import { payFirst, takesPictures, wipe } from "../visit.js";
import { openDoor } from "./payment-staff.js";

const LOOK_MS = 30_000;

// The way in for staff: no customer holds the booth's sign at the top for so long.
const HOLD_MS = 3_000;

// Nobody is in the middle of a first tap.
const ALONE_MS = 10_000;

// Characters of a name, up to which each size of its letters holds.
const SIZES = [["large", 12], ["medium", 24], ["small", Infinity]];

const { base_soum: base, extra_copy_soum: extra, max_copies: most } = settings.prices;

function enter(stay, { same = false } = {}) {
  forget();
  wipe();
  // Nothing can be sold here before the owner has paired this screen.
  if (document.body.dataset.access === "code") return go("pair");
  // Who comes back by the "back" button is still the same customer.
  if (!same) setLanguage(settings.default_language);

  // A language chosen by somebody who walked away must not greet the next one.
  let touched = performance.now();
  for (const type of ["pointerdown", "keydown"]) {
    stay.listen(document, type, () => (touched = performance.now()));
  }
  const quietFor = () => performance.now() - touched;
  stay.every(1000, () => {
    const left = quietFor() > settings.idle_seconds * 1000;
    if (left && language() !== settings.default_language) setLanguage(settings.default_language);
  });
  watchHeld(stay);
  watchClosed(stay, render);
  stay.every(LOOK_MS, async () => {
    const outdated = await isOutdated();
    if (outdated && !stay.over && quietFor() > ALONE_MS) location.reload();
  });
}

/** A finger that stays on the sign opens the PIN pad. */
function watchHeld(stay) {
  const sign = document.querySelector(".brand");
  let timer = null;
  const release = () => clearTimeout(timer);
  stay.listen(sign, "pointerdown", () => {
    release();
    timer = setTimeout(() => stay.over || openDoor(stay), HOLD_MS);
  });
  for (const type of ["pointerup", "pointerleave", "pointercancel"]) stay.listen(sign, type, release);
  stay.signal.addEventListener("abort", release);
}

function render() {
  say("start-name", settings.booth.name);
  say("start-lead", t(payFirst ? "start.leadFirst" : "start.lead"));
  say("start-price", money(base));
  say("start-extra", most > 1 ? t("start.extra", { price: money(extra) }) : "");
  part("start-button").hidden = closed() !== null;
  part("start-closed").hidden = closed() === null;
  say("start-closed", closed() === null ? "" : [closedText(closed()), supportLine()].join(" ").trim());
  const [size] = SIZES.find(([, most]) => settings.booth.name.length <= most);
  part("start-name").dataset.size = size;
}

// The whole screen is the button; the button on it is for keys and for the eye.
document.querySelector(".start").addEventListener("click", () => {
  if (closed() === null) go(takesPictures ? "layout" : "copies");
});

onPress("claim-open", (event) => {
  event.stopPropagation();
  go("claim");
});

screen("start", { enter, render });
