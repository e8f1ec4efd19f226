// How many copies, with the price following. Where one app is all there is to pay with, the order is made from here.

import { closed, left, watchClosed } from "../closed.js";
import { make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { breakdown, priceOf, prices, soumFor } from "../money.js";
import { busyWith, placeOrder } from "../ordering.js";
import { isUzqr, nameOf, offered } from "../providers.js";
import { go, screen } from "../screens.js";
import { showOwn } from "../own-picture.js";
import { tellTrouble } from "../trouble.js";
import { customer, payFirst, takesPictures } from "../visit.js";

const offeredMost = () => prices().max_copies;
const most = () => Math.max(1, Math.min(offeredMost(), left()));
const FAN_DEGREES = 9;
const only = offered.length === 1 ? offered[0] : null;
let visit = null;
let copies = 1;

/** shown is the price, in soum, that the customer has agreed to and that is not the booth's any more. */
function enter(stay, chosen = {}) {
  const wanted = chosen.copies ?? customer().copies;
  copies = Math.min(wanted, most());
  visit = { stay, changed: "shown" in chosen && chosen.shown !== soumFor(wanted) };
  watchIdle(stay);
  watchClosed(stay, render);
}

function change(by) {
  if (busyWith()) return;
  copies = Math.min(most(), Math.max(1, copies + by));
  customer().copies = copies;
  render();
}

function pay() {
  if (closed() !== null) return tellTrouble({ closed: closed() }, pay, { what: "order" });
  if (only) placeOrder({ stay: visit.stay, copies, provider: only, render });
  else go("method", { copies });
}

function render() {
  // Others have used paper meanwhile.
  copies = Math.min(copies, most());
  const price = priceOf(copies);
  const busy = busyWith() !== null;
  say("copies-count", String(copies));
  say("copies-price", price);
  const remarks = [breakdown(copies), copies === most() ? t(left() <= most() ? "copies.left" : "copies.max", { n: most() }) : ""];
  say("copies-breakdown", remarks.filter(Boolean).join(" · "));
  part("copies-changed").hidden = !visit.changed;
  part("copies-with").hidden = !only;
  if (only) {
    part("copies-with").dataset.provider = only;
    say("copies-wordmark", nameOf(only));
    say("copies-with-text", isUzqr(only) ? t("method.uzqr") : t("method.with", { name: nameOf(only) }));
  }
  say("copies-pay-text", busy ? t("method.busy") : t("copies.pay", { price }));
  part("copies-pay").setAttribute("aria-busy", String(busy));
  part("copies-pay").setAttribute("aria-disabled", String(closed() !== null));
  part("copies-count").setAttribute("aria-label", count("copies", copies));
  // Not disabled: a disabled button would drop the keyboard's focus.
  part("copies-minus").setAttribute("aria-disabled", String(copies === 1));
  part("copies-plus").setAttribute("aria-disabled", String(copies === most()));
  drawFan();
  showOwn("fan");
}

/** One strip for each copy, spread like cards in a hand. */
function drawFan() {
  const fan = part("fan");
  const strips = () => [...fan.querySelectorAll("img:not(.own)")];
  while (strips().length < offeredMost()) {
    const strip = make("img");
    strip.src = "/assets/kiosk/art/strip.svg";
    strip.alt = "";
    fan.append(strip);
  }
  const step = Math.min(FAN_DEGREES, 48 / Math.max(1, copies - 1));
  strips().forEach((strip, i) => {
    const turn = (Math.min(i, copies - 1) - (copies - 1) / 2) * step;
    strip.style.transform = `rotate(${turn}deg)`;
    strip.style.opacity = i < copies ? "1" : "0";
  });
}

onPress("copies-minus", () => change(-1));
onPress("copies-plus", () => change(1));
onPress("copies-back", () => {
  if (payFirst) go("layout", { back: true });
  else if (takesPictures) go("review");
  else go("start", { same: true });
});
onPress("copies-pay", pay);

screen("copies", { enter, render });
