// The first screen: the booth's name and price, and the way back for who paid and got nothing.

import { onPress, part, say } from "../dom.js";
import { setLanguage, t } from "../language.js";
import { forget } from "../memory.js";
import { money } from "../money.js";
import { go, screen } from "../screens.js";
import { settings } from "../settings.js";

const { base_soum: base, extra_copy_soum: extra, max_copies: most } = settings.prices;

function enter(stay, { same = false } = {}) {
  forget();
  // Nothing can be sold here before somebody of the booth has typed the code.
  if (document.body.dataset.access === "code") return go("claim", { pairing: true });
  // Who comes back by the "back" button is still the same customer.
  if (!same) setLanguage(settings.default_language);

  // A language chosen by somebody who walked away must not greet the next one.
  let quietSince = performance.now();
  for (const type of ["pointerdown", "keydown"]) {
    stay.listen(document, type, () => (quietSince = performance.now()));
  }
  stay.every(1000, () => {
    if (performance.now() - quietSince < settings.idle_seconds * 1000) return;
    quietSince = performance.now();
    setLanguage(settings.default_language);
  });
}

function render() {
  say("start-name", settings.booth.name);
  say("start-price", money(base));
  say("start-extra", most > 1 ? t("start.extra", { price: money(extra) }) : "");
  part("start-name").dataset.long = String(settings.booth.name.length > 18);
}

// The whole screen is the button; the button on it is for keys and for the eye.
document.querySelector(".start").addEventListener("click", () => go("copies"));

onPress("claim-open", (event) => {
  event.stopPropagation();
  go("claim");
});

screen("start", { enter, render });
