// Booths that share a database: the number of an order of another one is told at once, wherever it leads a page of this one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { fitsEverywhere } from "./support/layout.js";

const CHECKOUT = { BOOTHPAY_DEVELOPMENT_CHECKOUT: "http://127.0.0.1:9/checkout" };
const PRINTS = { ...CHECKOUT, BOOTHPAY_PRINTS_BY: "own program", BOOTHPAY_BOOTH_NAME: "Chorsu" };
const PICTURES = { ...PRINTS, BOOTHPAY_PHOTOS_SOURCE: "boothpay", BOOTHPAY_PHOTOS_PAY: "first" };
const there = (settings) => ({ ...settings, BOOTHPAY_BOOTH_ID: "second", BOOTHPAY_BOOTH_NAME: "Magic City" });

// A server that is started again as another booth is another booth on the same database.
const prints = setUp(() => startServer(PRINTS));
const pictures = setUp(() => startServer(PICTURES));

async function ask(scene, path, body) {
  const headers = { "Content-Type": "application/json" };
  const call = body ? { method: "POST", headers, body: JSON.stringify(body) } : {};
  const answer = await fetch(new URL(path, scene.booth.url), call);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/** An order of this booth, paid. */
async function paid(scene, more = {}) {
  const { order_id: number } = await ask(scene, "/api/booth/orders", { copies: 1, paymentType: "payme", ...more });
  await ask(scene, `/api/test-payment/${number}`, {});
  return number;
}

async function isToldAt(kiosk, number) {
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.screen("ended");
  await kiosk.says("ended-title", "Заказ не этой будки");
  await kiosk.says("ended-text", "Chorsu");
}

test("prints that another booth makes, or does not know of, are not followed here", async (t) => {
  const waiting = await paid(prints);
  const doubtful = await paid(prints);
  for (const _ of [waiting, doubtful]) {
    const { job, order_id: order } = await ask(prints, "/api/prints/next?wait=30");
    if (order === doubtful) await ask(prints, `/api/prints/${job}`, { result: "unknown", why: "silence" });
  }
  await prints.booth.change(there(PRINTS));
  const kiosk = await openKiosk(t, prints);
  await isToldAt(kiosk, doubtful);
  await kiosk.press("ended-home");
  await isToldAt(kiosk, waiting);
});

test("pictures of another booth's order are not taken here, and nobody waits for them", async (t) => {
  const { id: session } = await ask(pictures, "/api/booth/shots", { layout: "single" });
  const number = await paid(pictures, { session });
  assert.equal((await ask(pictures, `/api/booth/orders/${number}`)).shots_due, true);
  await pictures.booth.change(there(PICTURES));
  const kiosk = await openKiosk(t, pictures);
  await isToldAt(kiosk, number);
  await fitsEverywhere(kiosk.page, "elsewhere");
});

test("a definite refusal is not asked again: the screen goes on at once", async (t) => {
  const kiosk = await openKiosk(t, pictures, { expected: ["403"] });
  const { id: session } = await ask(pictures, "/api/booth/shots", { layout: "single" });
  const number = await paid(pictures, { session });
  let asked = 0;
  await kiosk.page.route("**/api/booth/orders/*/shots", (route) => {
    asked += 1;
    return route.fulfill({ status: 403, json: { title: "Forbidden" } });
  });
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.screen("paid");
  await kiosk.wait(3);
  await kiosk.screen("ended");
  assert.equal(asked, 1);
});
