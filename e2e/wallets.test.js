// Several wallets at one booth: the customer chooses, pays with Click, changes from one to the other, or has his card declined.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LANDSCAPE, PORTRAIT, openKiosk, setUp } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

async function choose(kiosk, wallet) {
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.screen("method");
  assert.deepEqual(await layoutFaults(kiosk.page), []);
  await kiosk.press(`method-${wallet}`);
  await kiosk.phase("waiting");
  return kiosk.number();
}

for (const [orientation, viewport] of Object.entries({ landscape: LANDSCAPE, portrait: PORTRAIT })) {
  test(`a customer pays with Click: ${orientation}`, async (t) => {
    const kiosk = await openKiosk(t, scene, { viewport, wallets: null });
    await kiosk.speak("en");
    const number = await choose(kiosk, "click");
    assert.equal(await kiosk.text("step-open"), "Open the Click app");
    assert.equal(await kiosk.text("pay-link-text"), "Open the Click stand-in");
    const phone = await kiosk.phone();
    await phone.press("pay");
    await kiosk.phase("processing");
    await phone.screen("paid");
    await kiosk.screen("paid");
    const settled = await kiosk.snapshot(number);
    assert.deepEqual([settled.status, settled.provider], ["success", "click"]);
    await kiosk.wait(3);
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
    assert.match(await kiosk.page.evaluate(() => window.receipts[0]), /Paid by Click/);
  });
}

test("whoever changes the wallet pays the new order, and the old code is dead", async (t) => {
  const kiosk = await openKiosk(t, scene, { wallets: null });
  const first = await choose(kiosk, "click");
  const old = await kiosk.phone();
  await old.screen("ready");
  await kiosk.press("other-method");
  await kiosk.screen("method");
  assert.equal((await kiosk.snapshot(first)).status, "cancelled");
  await old.press("pay");
  await old.screen("refused");
  await kiosk.press("method-payme");
  await kiosk.phase("waiting");
  const second = await kiosk.number();
  assert.notEqual(second, first);
  const phone = await kiosk.phone();
  await phone.press("pay");
  await kiosk.screen("paid");
  assert.equal((await kiosk.snapshot(second)).provider, "payme");
});

test("a declined card gives the order back, and it can be paid by another attempt", async (t) => {
  const kiosk = await openKiosk(t, scene, { wallets: null });
  const number = await choose(kiosk, "click");
  const phone = await kiosk.phone();
  await phone.press("decline");
  await phone.screen("declined");
  await kiosk.phase("waiting");
  await phone.page.locator('[data-name="declined"] [data-act="open"]').click();
  await phone.screen("ready");
  await phone.press("pay");
  await kiosk.screen("paid");
  assert.equal((await kiosk.snapshot(number)).provider, "click");
});
