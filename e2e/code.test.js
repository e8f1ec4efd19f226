// The code is whole and can be read, whatever the owner has set, in every language and on every screen.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import readCode from "jsqr";
import { PNG } from "pngjs";

import { openKiosk, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

const LANGUAGES = ["uz", "en", "ru"];
const SIZES = [
  "800x480",
  "480x800",
  "1024x600",
  "1024x768",
  "1280x720",
  "1280x1024",
  "1366x768",
  "1920x1080",
  "1080x1920",
  "768x1024",
  "390x844",
];

/** A name has 64 characters at most. */
const NAMES = {
  words: "Photo booth of Tashkent City Mall, second floor, near fountain 2",
  "one word": "Fotobudkafotobudkafotobudkafotobudkafotobudkafotobudkafotobudka",
  Cyrillic: "Щ".repeat(64),
  emoji: "📸".repeat(64),
};
const PHONE = "+998 90 123-45-67, +998 71 200-00-00, Telegram @photobooth_tashkent_city";
const PRICES = { base_soum: "99999999", extra_copy_soum: "9999999.50", max_copies: 999 };

/** The least share of the screen's short side that the code's picture takes. */
const SMALLEST_SHARE = 0.45;

async function boxFaults(kiosk, viewport) {
  const { x, y, width, height } = await kiosk.part("qr").boundingBox();
  const faults = [];
  if (x < 0 || y < 0 || x + width > viewport.width || y + height > viewport.height) faults.push("it is cut");
  if (Math.abs(width - height) > 1) faults.push("it is no square");
  const share = width / Math.min(viewport.width, viewport.height);
  if (share < SMALLEST_SHARE) faults.push(`it takes ${share.toFixed(2)} of the short side`);
  return faults;
}

/** What a phone reads from the screen. */
async function seen(kiosk) {
  const clip = await kiosk.part("code-card").boundingBox();
  const picture = PNG.sync.read(await kiosk.page.screenshot({ clip }));
  return readCode(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
}

async function everywhere(kiosk, look) {
  const faults = [];
  for (const size of SIZES) {
    const [width, height] = size.split("x").map(Number);
    await kiosk.page.setViewportSize({ width, height });
    for (const language of LANGUAGES) {
      await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
      faults.push(...(await look({ width, height })).map((fault) => `${size} ${language}: ${fault}`));
    }
  }
  assert.deepEqual(faults, []);
}

describe("the code on the screen", TOGETHER, () => {
  for (const [kind, name] of Object.entries(NAMES)) {
    test(`a name of ${kind}`, async (t) => {
      const settings = { booth: { name, support_phone: PHONE }, prices: PRICES };
      const kiosk = await openKiosk(t, scene, { settings });
      await everywhere(kiosk, () => layoutFaults(kiosk.page));

      // The prices on this screen are not the server's, which would refuse them.
      await kiosk.page.route("**/api/booth/orders", (route) => {
        const { shown_soum: _, ...wanted } = route.request().postDataJSON();
        return route.continue({ postData: JSON.stringify(wanted) });
      });
      await kiosk.order(2);
      const link = await kiosk.part("pay-link").getAttribute("href");
      // The sum comes from the server, whose prices a test cannot change here: the longest that an owner could set.
      await kiosk.pretend({ amount_soum: "99999999.50", copies: 999 });
      let last = "";
      await everywhere(kiosk, async (viewport) => {
        const faults = [...(await boxFaults(kiosk, viewport)), ...(await layoutFaults(kiosk.page))];
        const size = JSON.stringify(viewport);
        if (size !== last && (await seen(kiosk)) !== link) faults.push("it cannot be read");
        last = size;
        return faults;
      });
    });
  }
});
