// The payment screen when things do not go straight: declined, cancelled, too slow, asked about, held by the app.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openKiosk, setUp, TOGETHER } from "./support/browser.js";

const scene = setUp();

const REFUSED = "409 (Conflict)";

describe("the payment screen", TOGETHER, () => {
  test("a declined payment gives the code back, and the second try pays the same order", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order(2);
    const phone = await kiosk.phone();
    await phone.press("decline");
    await kiosk.passed("processing");
    await phone.screen("declined");
    await kiosk.phase("waiting");
    await kiosk.part("qr").waitFor();
    assert.equal(await kiosk.number(), number);

    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
    assert.equal((await kiosk.snapshot(number)).status, "success");
  });

  test("while the app holds the payment, the time does not run out", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await kiosk.pretend({ stage: "processing" });
    await kiosk.phase("processing");
    await kiosk.wait(100);
    await kiosk.phase("processing");
    assert.equal(await kiosk.part("stuck-leave").isVisible(), false);

    await kiosk.wait(25);
    await kiosk.part("stuck-leave").waitFor();
    await kiosk.press("stuck-leave");
    await kiosk.screen("ended");
    assert.equal((await kiosk.text("ended-order")).replace(/\s/g, ""), number);
  });

  test("a booth that was left while the app holds the payment frees itself", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.order();
    await kiosk.pretend({ stage: "processing" });
    await kiosk.phase("processing");
    await kiosk.wait(601);
    await kiosk.screen("ended");
    await kiosk.wait(31);
    await kiosk.screen("start");
  });

  test("cancelling closes the order and leads back to the start", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await kiosk.press("cancel");
    await kiosk.screen("ended");
    assert.equal((await kiosk.snapshot(number)).status, "cancelled");
    await kiosk.wait(7);
    await kiosk.screen("start");
  });

  test("changing the order cancels it and goes back with the same number of copies", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order(4);
    await kiosk.press("other-method");
    await kiosk.screen("copies");
    assert.equal(await kiosk.text("copies-count"), "4");
    assert.equal((await kiosk.snapshot(number)).status, "cancelled");
  });

  test("a cancellation that comes too late waits for the payment and prints", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: [REFUSED] });
    const number = await kiosk.order();
    const phone = await kiosk.phone();
    await phone.screen("ready");
    await kiosk.page.route("**/cancel", async (route) => {
      await phone.press("pay");
      while ((await kiosk.snapshot(number)).stage !== "processing");
      await route.continue();
    });
    await kiosk.press("cancel");
    await kiosk.phase("checking");
    await kiosk.isHidden("qr");
    await kiosk.knowsOfPayment();
  });

  test("a cancellation refused for a payment that is then declined is carried out after all", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: [REFUSED] });
    const number = await kiosk.order();
    const phone = await kiosk.phone();
    await phone.screen("ready");
    let first = true;
    await kiosk.page.route("**/cancel", async (route) => {
      if (first) {
        first = false;
        await phone.press("decline");
        while ((await kiosk.snapshot(number)).stage !== "processing");
      }
      await route.continue();
    });
    await kiosk.press("cancel");
    await kiosk.screen("ended");
    assert.equal((await kiosk.snapshot(number)).status, "cancelled");
  });

  test("when the time is up the code is gone at once, and a new one pays the same order", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await kiosk.wait(150);
    await kiosk.phase("waiting");
    await kiosk.wait(31);
    await kiosk.phase("expired");
    assert.equal(await kiosk.part("qr").isVisible(), false);
    assert.equal(await kiosk.part("qr").getAttribute("src"), null, "the code is not in the page any more");
    assert.equal(await kiosk.part("pay-link").getAttribute("href"), null);

    await kiosk.press("new-code");
    await kiosk.phase("waiting");
    assert.equal(await kiosk.number(), number);
    assert.match(await kiosk.text("countdown-time"), /^(3:00|2:5\d)$/);
    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
  });

  test("an expired order that nobody touches is cancelled, and the booth is free", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await kiosk.wait(181);
    await kiosk.phase("expired");
    await kiosk.wait(31);
    await kiosk.screen("start");
    assert.equal((await kiosk.snapshot(number)).status, "cancelled");
  });

  test("one minute can be added, once", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.order();
    await kiosk.wait(150);
    await kiosk.press("add-minute");
    assert.equal(await kiosk.part("add-minute").isDisabled(), true);
    assert.match(await kiosk.text("countdown-time"), /^1:[23]\d$/);
    await kiosk.wait(60);
    await kiosk.phase("waiting");
    await kiosk.wait(40);
    await kiosk.phase("expired");
  });

  test("'I have paid' asks at once, and shows the order's number", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    const asked = kiosk.page.waitForRequest((request) => request.url().endsWith(`/orders/${number}`));
    await kiosk.press("have-paid");
    await asked;
    await kiosk.says("help-answer", "Оплата ещё не пришла");
    assert.equal((await kiosk.text("help-order")).replace(/\s/g, ""), number);
    await kiosk.press("help-back");
    await kiosk.isHidden("veil");
    await kiosk.phase("waiting");
  });

  test("an order withdrawn by somebody else leaves the screen at once", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    const headers = { "Content-Type": "application/json" };
    await fetch(new URL(`/api/booth/orders/${number}/cancel`, kiosk.url), { method: "POST", headers, body: "{}" });
    await kiosk.screen("ended");
    await kiosk.says("ended-title", "Заказ отменён");
  });

  test("a payment that is returned is said so", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.order();
    await kiosk.pretend({ status: "refunded", stage: undefined });
    await kiosk.screen("ended");
    await kiosk.says("ended-title", "Деньги возвращаются");
  });
});
