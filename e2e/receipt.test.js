// The receipt on paper: whole on both widths of roll, and with the time of the place where the booth stands.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp, TOGETHER } from "./support/browser.js";

const ZONE = "Pacific/Kiritimati";
const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_TIME_ZONE: ZONE }));

const MM = 72 / 25.4;

/** What a thermal printer leaves white on each side, in mm. */
const ROLLS = { 58: 5, 80: 4 };

const NAMES = ["Photobooth", "W".repeat(64), "Фотобудка на площади Амира Темура, возле метро, второй этаж, окно"];

const squeezed = (text) => text.replace(/\s+/g, "");

/** The words that Chromium puts on paper, with their places in mm. */
async function printed(page, width) {
  const folder = await mkdtemp(join(tmpdir(), "boothpay-receipt-"));
  try {
    const file = join(folder, "receipt.pdf");
    await writeFile(file, await page.pdf({ width: `${width}mm`, height: "200mm" }));
    const { stdout } = await promisify(execFile)("pdftotext", ["-bbox", file, "-"]);
    const words = [...stdout.matchAll(/<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)<\/word>/g)];
    return {
      pages: stdout.match(/<page /g).length,
      words: words.map(([, left, right, text]) => ({ left: left / MM, right: right / MM, text })),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Pays, and returns the order's number once its receipt is printed. */
async function payAndPrint(kiosk) {
  const number = await kiosk.order(3);
  await kiosk.payWithoutApp(number);
  await kiosk.screen("paid");
  await kiosk.wait(3);
  await kiosk.page.waitForFunction(() => window.receipts.length === 1);
  return number;
}

describe("the receipt", TOGETHER, () => {
  for (const name of NAMES) {
    test(`nothing of it is cut on either roll: ${name}`, async (t) => {
      const phone = "+998 90 123-45-67, Telegram @photobooth_tashkent_city";
      const kiosk = await openKiosk(t, scene, { settings: { booth: { name, support_phone: phone } } });
      const number = await payAndPrint(kiosk);
      for (const [width, margin] of Object.entries(ROLLS)) {
        const { pages, words } = await printed(kiosk.page, width);
        assert.equal(pages, 1);
        const cut = words.filter(({ left, right }) => left < margin - 0.1 || right > width - margin + 0.1);
        assert.deepEqual(cut, [], `on ${width} mm`);
        const text = squeezed(words.map((word) => word.text).join(""));
        for (const fact of [number, "40 000 сум", "3 копии", name, phone]) {
          assert.ok(text.includes(squeezed(fact)), `${fact} is not on ${width} mm: ${text}`);
        }
      }
    });
  }

  test("its time is the booth's, not that of the computer's zone", async (t) => {
    const kiosk = await openKiosk(t, scene, { zone: "Asia/Tokyo" });
    const hours = (ms) =>
      new Intl.DateTimeFormat("ru-RU", { dateStyle: "short", timeStyle: "short", timeZone: ZONE }).format(ms);
    const before = Date.now();
    await payAndPrint(kiosk);
    const receipt = await kiosk.page.evaluate(() => window.receipts[0]);
    // The tests' waits move the page's clock ahead by less than a minute.
    const possible = [0, 1, 2].map((minutes) => hours(before + minutes * 60_000));
    assert.ok(possible.some((time) => receipt.includes(time)), `none of ${possible} is in ${receipt}`);
  });
});
