// The owner changes a price while the page is open: nobody pays a sum that he has not seen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_BASE_PRICE: "25000" }));

const plain = (text) => text.replace(/\s+/g, " ");

test("a page left open on the first screen loads itself anew after a change of prices, and only then", async (t) => {
  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "25000" });
  const kiosk = await openKiosk(t, scene);
  await kiosk.page.evaluate(() => (window.same = true));
  const looked = () => kiosk.page.waitForResponse((answer) => answer.request().method() === "HEAD");
  await Promise.all([looked(), kiosk.wait(31)]);
  assert.equal(await kiosk.page.evaluate(() => window.same), true);

  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "30000" });
  await Promise.all([kiosk.page.waitForEvent("load"), kiosk.wait(31)]);
  await kiosk.screen("start");
  assert.equal(plain(await kiosk.text("start-price")), "30 000 сум");
});

test("a customer who chose at the old price sees the new one before anything can be paid", async (t) => {
  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "25000", BOOTHPAY_BOOTH_EXTRA_COPY_PRICE: "5000" });
  const kiosk = await openKiosk(t, scene, { expected: ["409 (Conflict)"] });
  await kiosk.speak("uz");
  await kiosk.press("start-button");
  await kiosk.press("copies-plus");
  assert.match(plain(await kiosk.text("copies-pay")), /30 000 soʻm/);

  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "30000", BOOTHPAY_BOOTH_EXTRA_COPY_PRICE: "5000" });
  // The server says no to a price that is not its own any more.
  await kiosk.page.route("**/api/booth/orders", async (route) => {
    if (route.request().postDataJSON().shown_soum !== "30000") return route.continue();
    await route.fulfill({ status: 409, contentType: "application/problem+json", body: '{"status":409,"prices":{}}' });
  });
  await Promise.all([kiosk.page.waitForEvent("load"), kiosk.press("copies-pay")]);
  await kiosk.says("copies-changed", "Narx oʻzgardi");
  assert.equal(await kiosk.text("copies-count"), "2");
  assert.match(plain(await kiosk.text("copies-pay")), /35 000 soʻm/);
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  assert.equal(plain(await kiosk.text("amount")), "35 000 soʻm");
});
