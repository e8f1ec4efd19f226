// UzQR at the booth: the owner's static code, the customer's word, and staff with a PIN. And the wallets' logos.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { LANDSCAPE, openKiosk, PORTRAIT, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

/** Of the demonstration. */
const PIN = "246810";

const SIZES = { "1366x768": { width: 1366, height: 768 }, "1080x1920": PORTRAIT, "800x480": { width: 800, height: 480 }, "390x844": { width: 390, height: 844 } };

const pictures = process.env.E2E_PICTURES;

async function look(kiosk, name, size) {
  for (const language of ["uz", "en", "ru"]) {
    await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
    assert.deepEqual(await layoutFaults(kiosk.page), [], `${name} in ${language} at ${size}`);
    const words = await kiosk.page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(words, /\b[a-z]+\.[a-z]+[A-Z.]?|\{\w+\}|undefined|NaN/, `${name} in ${language} lacks words`);
  }
  if (pictures) await kiosk.page.screenshot({ path: `${pictures}/${name}-${size}.png` });
}

async function choose(kiosk) {
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.screen("method");
  await kiosk.press("method-uzqr");
  await kiosk.phase("waiting");
  await kiosk.part("qr").waitFor();
}

async function type(kiosk, pin) {
  for (const digit of pin) await kiosk.press(`staff-key-${digit}`);
  await kiosk.press("staff-confirm");
}

describe("UzQR", TOGETHER, () => {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`from the choice to the print at ${size}`, async (t) => {
      const kiosk = await openKiosk(t, scene, { viewport, wallets: null, expected: ["Failed to load resource"] });
      await kiosk.press("start-button");
      await kiosk.press("copies-pay");
      await kiosk.screen("method");
      await look(kiosk, "method", size);
      await kiosk.press("method-uzqr");
      await kiosk.phase("waiting");
      await kiosk.part("qr").waitFor();
      await look(kiosk, "uzqr-waiting", size);
      await kiosk.press("have-paid");
      await kiosk.phase("processing");
      await look(kiosk, "uzqr-processing", size);
      await kiosk.press("staff-open");
      await kiosk.part("staff-keys").waitFor();
      await type(kiosk, "135791");
      await kiosk.says("staff-answer", /\S/);
      await kiosk.page.waitForFunction(() => document.querySelector("[data-testid=staff-entry]").innerText.trim() === "");
      await look(kiosk, "uzqr-staff", size);
      await type(kiosk, PIN);
      await kiosk.screen("paid");
      const number = await kiosk.page.evaluate(() => window.heard);
      assert.equal((await kiosk.snapshot(number)).provider, "uzqr");
      await kiosk.wait(3);
      await kiosk.page.waitForFunction(() => window.receipts.length === 1);
      assert.match(await kiosk.page.evaluate(() => window.receipts[0]), /UzQR/);
    });
  }

  test("the customer takes his word back, and another wallet can be taken", async (t) => {
    const kiosk = await openKiosk(t, scene, { viewport: LANDSCAPE, wallets: null });
    await choose(kiosk);
    const number = await kiosk.number();
    await kiosk.press("have-paid");
    await kiosk.phase("processing");
    await kiosk.press("other-method");
    await kiosk.screen("method");
    assert.equal((await kiosk.snapshot(number)).status, "cancelled");
    await kiosk.press("method-payme");
    await kiosk.phase("waiting");
  });

  test("a logo stands in the name's place, and a broken one gives it back", async (t) => {
    const logos = { payme: "/assets/kiosk/art/mark.svg", click: "/pictures/none?1" };
    const kiosk = await openKiosk(t, scene, { wallets: null, settings: { logos }, expected: ["Failed to load resource"] });
    await kiosk.press("start-button");
    await kiosk.press("copies-pay");
    await kiosk.screen("method");
    await kiosk.part("method-payme").locator("img.logo[alt=Payme]").waitFor();
    await kiosk.says("method-click", "Click");
    assert.equal(await kiosk.part("method-click").locator("img").count(), 0);
    assert.deepEqual(await layoutFaults(kiosk.page), []);
    if (pictures) await kiosk.page.screenshot({ path: `${pictures}/logos.png` });
  });
});
