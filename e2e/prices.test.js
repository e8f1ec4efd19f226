// The owner changes a price while the page is open: nobody pays a sum that he has not seen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { CAMERA, toReview } from "./support/camera.js";
import { fitsEverywhere } from "./support/layout.js";

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_BASE_PRICE: "25000" }));
const camera = setUp(() => startServer({ BOOTHPAY_PHOTOS_SOURCE: "boothpay", BOOTHPAY_BOOTH_BASE_PRICE: "25000" }), CAMERA);

const plain = (text) => text.replace(/\s+/g, " ");

test("a page left open on the first screen loads itself anew after a change of prices, and only then", async (t) => {
  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "25000" });
  const kiosk = await openKiosk(t, scene);
  await kiosk.page.evaluate(() => (window.same = true));
  const looked = () => kiosk.page.waitForResponse((answer) => answer.request().method() === "HEAD");
  await Promise.all([looked(), kiosk.wait(31)]);
  assert.equal(await kiosk.page.evaluate(() => window.same), true);

  await scene.booth.change({ BOOTHPAY_BOOTH_BASE_PRICE: "30000" });
  // Not kiosk.wait, which would ask a page that is gone.
  await Promise.all([kiosk.page.waitForEvent("load"), kiosk.page.clock.fastForward(31_000)]);
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
  await kiosk.press("copies-pay");
  await kiosk.says("copies-changed", "Narx oʻzgardi");
  assert.equal(await kiosk.text("copies-count"), "2");
  assert.match(plain(await kiosk.text("copies-pay")), /35 000 soʻm/);
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  assert.equal(plain(await kiosk.text("amount")), "35 000 soʻm");
});

test("who has taken pictures keeps them, and sees the new price before he pays for them", async (t) => {
  const kiosk = await openKiosk(t, camera, { expected: ["409 (Conflict)"], wallets: ["payme", "click"] });
  await toReview(kiosk);
  await kiosk.press("review-next");
  await kiosk.press("copies-plus");
  await kiosk.press("copies-pay");
  await kiosk.screen("method");
  await camera.booth.change({ BOOTHPAY_PHOTOS_SOURCE: "boothpay", BOOTHPAY_BOOTH_BASE_PRICE: "30000" });
  await kiosk.press("method-payme");
  await kiosk.screen("copies");
  await kiosk.says("copies-changed", "Цена изменилась");
  assert.equal(await kiosk.text("copies-count"), "2");
  assert.match(plain(await kiosk.text("copies-price")), /40 000/);
  await fitsEverywhere(kiosk.page, "changed");
  await kiosk.press("copies-back");
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  await kiosk.press("review-next");
  await kiosk.press("copies-pay");
  await kiosk.press("method-payme");
  await kiosk.phase("waiting");
  assert.match(plain(await kiosk.text("amount")), /40 000/);
});
