// Each wallet that the program offers, from the choice to the print, with the wallet's own link.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { LANDSCAPE, openKiosk, PORTRAIT, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

const plain = (text) => text.replace(/\s+/g, " ");

/** The wallets of the demonstration: what the receipt says, and how the link begins behind the stand-in's address. */
const WALLETS = {
  payme: { by: "Оплачено через Payme", link: /^\/[A-Za-z0-9+/]+=*$/ },
  click: {
    by: "Оплачено через Click",
    link: /^\/services\/pay\?service_id=1&merchant_id=1&amount=20000\.00&transaction_param=[A-Z0-9]{8}$/,
  },
  uzum: { by: "Оплачено через Uzum", link: /^\/open-service\?serviceId=1&account=[A-Z0-9]{8}&amount=2000000$/ },
};

/** From the start to the code of one wallet. */
async function orderWith(kiosk, wallet) {
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.press(`method-${wallet}`);
  await kiosk.phase("waiting");
}

describe("the wallets", TOGETHER, () => {
  for (const [wallet, { by, link }] of Object.entries(WALLETS)) {
    for (const [orientation, viewport] of Object.entries({ landscape: LANDSCAPE, portrait: PORTRAIT })) {
      test(`an order is paid with ${wallet}: ${orientation}`, async (t) => {
        const kiosk = await openKiosk(t, scene, { viewport, wallets: null });
        await kiosk.press("start-button");
        await kiosk.press("copies-pay");
        await kiosk.screen("method");
        assert.deepEqual(await layoutFaults(kiosk.page), []);
        await kiosk.press(`method-${wallet}`);
        await kiosk.phase("waiting");
        await kiosk.part("qr").waitFor();
        const number = await kiosk.number();
        const address = new URL(await kiosk.part("pay-link").getAttribute("href"));
        assert.match(address.pathname + address.search, link);

        const phone = await kiosk.phone();
        await phone.press("pay");
        await phone.screen("paid");
        await kiosk.knowsOfPayment();
        await kiosk.wait(3);
        await kiosk.page.waitForFunction(() => window.receipts.length === 1);
        const receipt = plain(await kiosk.page.evaluate(() => window.receipts[0]));
        assert.ok(receipt.includes(by), receipt);
        assert.equal((await kiosk.snapshot(number)).provider, wallet);
      });
    }
  }

  test("a card that Click declines gives the order back, and another attempt pays it", async (t) => {
    const kiosk = await openKiosk(t, scene, { wallets: null });
    await orderWith(kiosk, "click");
    const number = await kiosk.number();
    const phone = await kiosk.phone();
    await phone.press("decline");
    await phone.screen("declined");
    await kiosk.phase("waiting");
    await phone.page.locator('[data-name="declined"] [data-act="open"]').click();
    await phone.screen("ready");
    await phone.press("pay");
    await kiosk.knowsOfPayment();
    assert.equal((await kiosk.snapshot(number)).provider, "click");
  });

  test("what was paid with Click goes back through Click's own API, once", async (t) => {
    // The page may ask for its print when the money is on its way back already: that is refused.
    const kiosk = await openKiosk(t, scene, { wallets: null, expected: ["409 (Conflict)"] });
    await orderWith(kiosk, "click");
    const number = await kiosk.number();
    const phone = await kiosk.phone();
    await phone.press("pay");
    await phone.screen("paid");
    await kiosk.knowsOfPayment();
    const asked = await scene.booth.command("order", "refund", number);
    assert.equal(asked.code, 0, asked.err);
    assert.match(asked.err, /the server asks Click to give 20000 soum back/);
    assert.equal((await kiosk.snapshot(number)).status, "refunded", "from now on it is not printed");
    const shown = async () => JSON.parse((await scene.booth.command("order", "show", number)).out);
    for (const until = Date.now() + 60_000; (await shown()).status !== "refunded"; ) {
      assert.ok(Date.now() < until, "it is never refunded");
    }
    const again = await scene.booth.command("order", "refund", number);
    assert.equal(again.code, 1);
    assert.match(again.err, /has gone back already/);
  });

  test("another wallet can be taken while nobody has begun to pay", async (t) => {
    const kiosk = await openKiosk(t, scene, { wallets: null });
    await kiosk.press("start-button");
    await kiosk.press("copies-pay");
    await kiosk.press("method-payme");
    await kiosk.phase("waiting");
    const first = await kiosk.number();
    await kiosk.press("other-method");
    await kiosk.screen("method");
    assert.equal((await kiosk.snapshot(first)).status, "cancelled");
    await kiosk.press("method-uzum");
    await kiosk.phase("waiting");
    await kiosk.says("step-open", "Uzum");
  });

  test("the phone's words change with its language, and the order stays", async (t) => {
    const kiosk = await openKiosk(t, scene, { wallets: null });
    await orderWith(kiosk, "uzum");
    const phone = await kiosk.phone();
    await phone.screen("ready");
    await phone.page.locator('[data-lang="en"]').click();
    await phone.page.locator('html[lang="en"]').waitFor();
    await phone.press("pay");
    await phone.screen("paid");
    await kiosk.knowsOfPayment();
  });
});
