// A customer taps twice, or keeps a key down: only what he saw is pressed, never what comes up under his finger.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { LANDSCAPE, openKiosk, PORTRAIT, setUp, TOGETHER } from "./support/browser.js";

const scene = setUp();

const SMALL = { width: 800, height: 480 };

/** Two taps on the same place, 300 ms apart on the page's clock, however slow the machine is. */
async function tapTwice(kiosk, name) {
  await kiosk.settled();
  const { touchscreen, clock } = kiosk.page;
  const { x, y, width, height } = await kiosk.part(name).boundingBox();
  const tap = () => touchscreen.tap(x + width / 2, y + height / 2);
  await clock.pauseAt(await kiosk.page.evaluate(() => Date.now() + 2_000));
  await tap();
  await clock.runFor(300);
  await tap();
  await clock.resume();
}

/** Presses a button and, in the same moment, every button that comes up. */
async function pressAndAll(kiosk, name) {
  await kiosk.settled();
  await kiosk.page.evaluate((first) => {
    document.querySelector(`[data-testid="${first}"]`).click();
    for (const button of document.querySelectorAll("main button, .veil button")) {
      if (button.checkVisibility()) button.click();
    }
  }, name);
}

describe("taps", TOGETHER, () => {
  for (const [size, viewport] of Object.entries({ landscape: LANDSCAPE, portrait: PORTRAIT, small: SMALL })) {
    test(`a double tap on Start leads to the copies, and one on Pay to the code: ${size}`, async (t) => {
      const kiosk = await openKiosk(t, scene, { viewport });
      await tapTwice(kiosk, "start-button");
      await kiosk.screen("copies");
      assert.equal(await kiosk.text("copies-count"), "1");
      await tapTwice(kiosk, "copies-pay");
      await kiosk.phase("waiting");
      await tapTwice(kiosk, "cancel");
      await kiosk.screen("ended");
      await tapTwice(kiosk, "ended-home");
      await kiosk.screen("start");
      await tapTwice(kiosk, "claim-open");
      await kiosk.screen("claim");
      await tapTwice(kiosk, "claim-back");
      await kiosk.screen("start");
    });
  }

  test("no button of a new screen acts in the moment in which it comes up", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await pressAndAll(kiosk, "start-button");
    await kiosk.screen("copies");
    assert.equal(await kiosk.text("copies-count"), "1");
    await pressAndAll(kiosk, "copies-back");
    await kiosk.screen("start");
    await pressAndAll(kiosk, "claim-open");
    await kiosk.screen("claim");
    assert.equal((await kiosk.text("claim-entry")).trim(), "");
    await kiosk.press("claim-back");

    await kiosk.order();
    await pressAndAll(kiosk, "have-paid");
    await kiosk.part("help-back").waitFor();
    await kiosk.says("help-answer", "Оплата ещё не пришла");
    await pressAndAll(kiosk, "help-back");
    await kiosk.isHidden("veil");
    await kiosk.phase("waiting");
  });

  test("a tap in the moment in which the time is up does not end the order", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await kiosk.wait(181);
    await kiosk.phase("expired");
    await kiosk.page.evaluate(() => {
      document.body.dataset.settling = "";
      document.querySelector("[data-testid=finish]").click();
    });
    await kiosk.phase("expired");
    assert.notEqual((await kiosk.snapshot(number)).status, "cancelled");
  });

  test("a key that is held down presses once", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const { keyboard } = kiosk.page;
    await kiosk.settled();
    await kiosk.part("start-button").focus();
    await keyboard.down("Enter");
    await kiosk.screen("copies");
    for (let repeats = 0; repeats < 4; repeats += 1) {
      await kiosk.wait(0.6);
      await keyboard.down("Enter");
    }
    await keyboard.up("Enter");
    await kiosk.screen("copies");
    await kiosk.settled();
    await keyboard.press("Enter");
    await kiosk.phase("waiting");
  });
});
