// What a booth meets in a year: a lost network, a restarted server, a reloaded page, a printer dialog that fails.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openKiosk, setUp, TOGETHER } from "./support/browser.js";

const scene = setUp();

const UNREACHABLE = ["Failed to load resource"];

describe("trouble", TOGETHER, () => {
  test("with the connection lost the code is hidden, and it comes back by itself", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: UNREACHABLE });
    const number = await kiosk.order();
    await kiosk.loseServer();
    await kiosk.isHidden("qr");
    const shown = `${number.slice(0, 4)}\u00a0${number.slice(4)}`;
    await kiosk.says("message-order", shown);

    await kiosk.findServer();
    await kiosk.phase("waiting");
    await kiosk.part("qr").waitFor();
    assert.equal(await kiosk.number(), number);
  });

  test("a customer who paid while the connection was lost gets the print when it is back", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: UNREACHABLE });
    await kiosk.order();
    const phone = await kiosk.phone();
    await phone.screen("ready");
    // Without the stream the page learns it from its questions alone.
    await kiosk.page.evaluate(() => window.stop());
    await kiosk.loseServer();
    await phone.pay();
    await kiosk.findServer();
    await kiosk.knowsOfPayment();
  });

  test("a reload in the middle of a payment goes on with it, its time and its language", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.speak("uz");
    const number = await kiosk.order(2);
    const deadline = () => kiosk.page.evaluate(() => JSON.parse(localStorage.getItem("boothpay.order")).deadline);
    const before = await deadline();
    await kiosk.page.reload();
    await kiosk.phase("waiting");
    assert.equal(await kiosk.number(), number);
    assert.equal(await deadline(), before);
    assert.equal(await kiosk.language(), "uz");
    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
  });

  test("a reload between the payment and the print still prints, and only once", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
    await kiosk.page.reload();
    await kiosk.knowsOfPayment();
    await kiosk.wait(3);
    await kiosk.screen("printing");
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
    assert.equal((await kiosk.snapshot(number)).printed, true);
    await kiosk.page.reload();
    await kiosk.screen("start");
  });

  test("a page that is loaded again after it got leave and before it printed prints, and only once", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: UNREACHABLE });
    const number = await kiosk.order();
    // The server grants the print, and its answer never arrives.
    await kiosk.page.route("**/print", async (route) => {
      await route.fetch().catch(() => {});
      await route.abort().catch(() => {});
    });
    await (await kiosk.phone()).pay();
    await kiosk.wait(3);
    await kiosk.screen("printing");
    while (!(await kiosk.snapshot(number)).printed) await kiosk.page.waitForTimeout(50);
    await kiosk.page.reload();
    await kiosk.screen("printing");
    assert.equal(await kiosk.page.evaluate(() => window.receipts.length), 0);
    await kiosk.page.unrouteAll({ behavior: "ignoreErrors" });
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
  });

  test("nothing is printed before the server has allowed it, and then once", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: UNREACHABLE });
    const number = await kiosk.order();
    await kiosk.page.route("**/print", (route) => route.abort());
    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
    await kiosk.wait(3);
    await kiosk.screen("printing");
    await kiosk.wait(5);
    assert.equal(await kiosk.page.evaluate(() => window.receipts.length), 0);
    assert.equal((await kiosk.snapshot(number)).printed, false);
    await kiosk.page.unroute("**/print");
    await kiosk.wait(2);
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
    assert.equal((await kiosk.snapshot(number)).printed, true);
  });

  test("a browser that cannot print does not stop the flow", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.page.evaluate(() => {
      window.print = () => {
        window.receipts.push("");
        throw new Error("no printer");
      };
    });
    const number = await kiosk.order();
    await (await kiosk.phone()).pay();
    await kiosk.knowsOfPayment();
    await kiosk.wait(3);
    await kiosk.screen("printing");
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
    await kiosk.wait(8);
    await kiosk.screen("thanks");
    await kiosk.press("thanks-leave");
    await kiosk.screen("start");
    assert.equal((await kiosk.snapshot(number)).printed, true);
  });

  test("an order that cannot be made is said so, and can be tried again", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: UNREACHABLE });
    await kiosk.page.route("**/api/booth/orders", (route) => route.abort());
    await kiosk.press("start-button");
    await kiosk.press("copies-pay");
    await kiosk.says("trouble-text", "деньги не списаны");
    await kiosk.page.unroute("**/api/booth/orders");
    await kiosk.press("trouble-again");
    await kiosk.phase("waiting");
  });
});

// Alone and last: it takes the server from everybody.
test("a restart of the server is survived: the screen says so and goes on", async (t) => {
  if (!scene.booth.canStop) return t.skip("the program was started by somebody else");
  const kiosk = await openKiosk(t, scene);
  const number = await kiosk.order();
  await scene.booth.stop();
  await kiosk.phase("offline");
  await scene.booth.start();
  await kiosk.phase("waiting");
  assert.equal(await kiosk.number(), number);
});
