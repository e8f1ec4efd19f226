// How many copies, with the price following.

import { make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { breakdown, priceOf } from "../money.js";
import { go, screen } from "../screens.js";
import { settings } from "../settings.js";

const most = settings.prices.max_copies;
const FAN_DEGREES = 9;
let copies = 1;

function enter(stay, chosen = {}) {
  copies = Math.min(chosen.copies ?? 1, most);
  watchIdle(stay);
}

function change(by) {
  copies = Math.min(most, Math.max(1, copies + by));
  render();
}

function render() {
  const price = priceOf(copies);
  say("copies-count", String(copies));
  say("copies-price", price);
  const remarks = [breakdown(copies), copies === most ? t("copies.max", { n: most }) : ""];
  say("copies-breakdown", remarks.filter(Boolean).join(" · "));
  say("copies-pay-text", t("copies.pay", { price }));
  part("copies-count").setAttribute("aria-label", count("copies", copies));
  // Not disabled: a disabled button would drop the keyboard's focus.
  part("copies-minus").setAttribute("aria-disabled", String(copies === 1));
  part("copies-plus").setAttribute("aria-disabled", String(copies === most));
  drawFan();
}

/** One strip for each copy, spread like cards in a hand. */
function drawFan() {
  const fan = part("fan");
  while (fan.childElementCount < most) {
    const strip = make("img");
    strip.src = "/assets/kiosk/art/strip.svg";
    strip.alt = "";
    fan.append(strip);
  }
  const step = Math.min(FAN_DEGREES, 48 / Math.max(1, copies - 1));
  [...fan.children].forEach((strip, i) => {
    const turn = (Math.min(i, copies - 1) - (copies - 1) / 2) * step;
    strip.style.transform = `rotate(${turn}deg)`;
    strip.style.opacity = i < copies ? "1" : "0";
  });
}

onPress("copies-minus", () => change(-1));
onPress("copies-plus", () => change(1));
onPress("copies-back", () => go("start", { same: true }));
onPress("copies-pay", () => go("method", { copies }));

screen("copies", { enter, render });
