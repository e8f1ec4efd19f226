// Two windows of one browser at one booth: one is the booth, the other waits, and takes over when the first is gone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { CAMERA, phase, toReview } from "./support/camera.js";
import { Kiosk } from "./support/kiosk.js";
import { fitsEverywhere } from "./support/layout.js";

const scene = setUp(() => startServer({ BOOTHPAY_PHOTOS_SOURCE: "boothpay" }), CAMERA);

test("a second window takes nothing of the first one's customer, and his order when the first has crashed", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toReview(kiosk);

  const second = new Kiosk(await kiosk.page.context().newPage(), kiosk.url);
  await second.page.goto(kiosk.url);
  await second.screen("second");
  await fitsEverywhere(second.page, "second");

  await kiosk.press("look-bw");
  await kiosk.page.locator("[data-testid=look-bw][aria-pressed=true]").waitFor();
  await kiosk.press("review-next");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const number = await kiosk.number();
  // A reload is the same window.
  await kiosk.page.reload();
  await kiosk.phase("waiting");
  assert.equal(await kiosk.number(), number);
  await second.screen("second");

  await kiosk.page.close();
  await second.phase("waiting");
  assert.equal(await second.number(), number);
});
