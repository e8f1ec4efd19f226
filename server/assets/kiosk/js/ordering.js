// Making an order: one at a time, at the price that the customer sees, with a word when it cannot be made.

import { Refusal, createOrder } from "./api.js";
import { cameraIsThere } from "./camera.js";
import { language } from "./language.js";
import { soumFor } from "./money.js";
import { go } from "./screens.js";
import { tellGone, tellTrouble } from "./trouble.js";
import { showsLive } from "./tether.js";
import { customer, noteSold, payFirst } from "./visit.js";

let wanted = null;

/** The provider whose code is being made, or null. */
export const busyWith = () => (wanted?.busy && !wanted.stay.over ? wanted.provider : null);

/** stay is the visit of the screen that asks; render() draws that screen again when it becomes busy or free. */
export async function placeOrder({ stay, copies, provider, render }) {
  if (busyWith()) return;
  const mine = { stay, copies, provider, render, busy: true };
  wanted = mine;
  render();
  const shown = soumFor(copies);
  try {
    // Nobody pays for pictures that no camera would take.
    if (payFirst && showsLive && !(await cameraIsThere())) throw new Refusal(503, { closed: "camera" });
    const order = await createOrder({ copies, provider, lang: language(), shown, session: customer().session?.id });
    noteSold();
    if (!stay.over) go("payment", { order, provider });
  } catch (refusal) {
    if (stay.over) return;
    // This page is older than the booth's prices. The customer sees them before anything can be paid, and keeps his pictures.
    if (refusal.prices) {
      customer().prices = refusal.prices;
      return go("copies", { copies, shown });
    }
    mine.busy = false;
    render();
    // The pictures are gone: nothing is sold without them. Where they are taken afterwards, only the choice of the layout is.
    if (refusal.status === 410) return payFirst ? tellTrouble(refusal, () => go("layout", { back: true }), { what: "order" }) : tellGone();
    // Who chose between several stands before them again.
    tellTrouble(refusal, () => placeOrder(mine), { what: "order", other: () => {} });
  }
}
