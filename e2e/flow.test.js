// The whole way of a customer: choose, pay with the phone, get the print, leave; in every language and orientation.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { LANDSCAPE, openKiosk, PORTRAIT, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

/** What the customer must be able to read on the way. */
const WORDS = {
  ru: {
    copies: "3 копии",
    sum: "40 000 сум",
    paid: "Оплачено",
    printing: "Печатаем 3 копии",
    by: "Оплачено через Payme",
  },
  uz: {
    copies: "3 ta nusxa",
    sum: "40 000 soʻm",
    paid: "Toʻlandi",
    printing: "3 ta nusxa",
    by: "Payme orqali toʻlandi",
  },
  en: {
    copies: "3 copies",
    sum: "40 000 soʻm",
    paid: "Paid",
    printing: "Printing 3 copies",
    by: "Paid by Payme",
  },
};

const plain = (text) => text.replace(/\s+/g, " ");

describe("from the start to the print", TOGETHER, () => {
  for (const [orientation, viewport] of Object.entries({ landscape: LANDSCAPE, portrait: PORTRAIT })) {
    for (const [language, words] of Object.entries(WORDS)) {
      test(`a customer pays and gets the print: ${language}, ${orientation}`, async (t) => {
        const kiosk = await openKiosk(t, scene, { viewport });
        await kiosk.speak(language);
        const number = await kiosk.order(3);
        assert.equal(plain(await kiosk.text("amount")), words.sum);
        assert.equal(await kiosk.text("payment-copies"), words.copies);
        assert.match(number, /^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{8}$/);
        assert.deepEqual(await layoutFaults(kiosk.page), []);

        const phone = await kiosk.phone();
        await phone.press("pay");
        await kiosk.phase("processing");
        assert.equal(await kiosk.part("cancel").isDisabled(), true);
        assert.equal(await kiosk.part("other-method").isDisabled(), true);
        await kiosk.isHidden("qr");

        await phone.screen("paid");
        await kiosk.screen("paid", { timeout: 1_000 });
        assert.match(await kiosk.text("paid-title"), new RegExp(words.paid));
        await kiosk.wait(3);
        await kiosk.screen("printing");
        assert.match(await kiosk.text("printing-title"), new RegExp(words.printing));
        await kiosk.page.waitForFunction(() => window.receipts.length === 1);
        const receipt = plain(await kiosk.page.evaluate(() => window.receipts[0]));
        for (const fact of [words.sum, words.copies, words.by, `${number.slice(0, 4)} ${number.slice(4)}`]) {
          assert.ok(receipt.includes(fact), `${fact} is not on the receipt: ${receipt}`);
        }
        await kiosk.wait(8);
        await kiosk.screen("thanks");
        const settled = await kiosk.snapshot(number);
        assert.deepEqual([settled.status, settled.printed, settled.provider], ["success", true, "payme"]);

        await kiosk.wait(21);
        await kiosk.screen("start");
        assert.equal(await kiosk.language(), "ru", "back to the default language");
        assert.equal(await kiosk.page.evaluate(() => localStorage.getItem("boothpay.order")), null);
      });
    }
  }

  test("the price follows the copies, and no more can be chosen than the booth prints", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.press("start-button");
    const prices = [];
    for (let copies = 1; ; copies += 1) {
      prices.push(plain(await kiosk.text("copies-price")));
      if ((await kiosk.part("copies-plus").getAttribute("aria-disabled")) === "true") break;
      await kiosk.press("copies-plus");
      assert.equal(await kiosk.text("copies-count"), String(copies + 1));
    }
    const settings = JSON.parse(await kiosk.page.locator("#settings").textContent());
    assert.equal(prices.length, settings.prices.max_copies);
    assert.deepEqual(prices.slice(0, 3), ["20 000 сум", "30 000 сум", "40 000 сум"]);
    await kiosk.press("copies-minus");
    assert.equal(plain(await kiosk.text("copies-price")), prices.at(-2));
  });

  test("the code has its quiet zone and takes half of the short side or more", async (t) => {
    for (const viewport of [LANDSCAPE, PORTRAIT]) {
      const kiosk = await openKiosk(t, scene, { viewport });
      await kiosk.order();
      const code = await kiosk.part("qr").evaluate(async (picture) => {
        await picture.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const dark = (x, y) => data[4 * (y * canvas.width + x)] < 128;
        let margin = 0;
        while (!dark(margin, margin)) margin += 1;
        let finder = 0;
        while (dark(margin + finder, margin)) finder += 1;
        const shown = picture.getBoundingClientRect().width;
        return { quiet: margin / (finder / 7), symbol: shown * (1 - (2 * margin) / picture.naturalWidth) };
      });
      assert.ok(code.quiet >= 4, `a quiet zone of ${code.quiet} modules`);
      const share = code.symbol / Math.min(viewport.width, viewport.height);
      assert.ok(share > 0.45 && share < 0.65, `${share} of the short side`);
    }
  });
});
