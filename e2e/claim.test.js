// "I paid but did not get my print": the order's number is typed in, and the answer is the print or an honest word.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openKiosk, setUp, TOGETHER } from "./support/browser.js";

const scene = setUp();

async function asks(kiosk, number) {
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
}

describe("claiming a print", TOGETHER, () => {
  test("a payment that arrived after the booth's screen was gone is printed on claim, once", async (t) => {
    const lost = await openKiosk(t, scene);
    const number = await lost.order(2);
    const phone = await lost.phone();
    await phone.screen("ready");
    // The booth loses power: its page goes, and another one starts with an empty memory.
    await lost.page.close();
    await phone.pay();

    const kiosk = await openKiosk(t, scene);
    await asks(kiosk, number);
    await kiosk.screen("printing");
    await kiosk.page.waitForFunction(() => window.receipts.length === 1);
    await kiosk.wait(8);
    await kiosk.screen("thanks");
    await kiosk.press("thanks-leave");
    await asks(kiosk, number);
    await kiosk.says("claim-answer", "уже напечатаны");
  });

  test("two screens that claim one payment at the same time print it once", async (t) => {
    const lost = await openKiosk(t, scene);
    const number = await lost.order();
    const phone = await lost.phone();
    await phone.screen("ready");
    await lost.page.close();
    await phone.pay();

    const screens = [];
    for (let n = 0; n < 2; n += 1) screens.push(await openKiosk(t, scene, { expected: ["409 (Conflict)"] }));
    for (const kiosk of screens) await kiosk.press("claim-open");
    for (const kiosk of screens) for (const key of number) await kiosk.press(`key-${key}`);
    await Promise.all(screens.map((kiosk) => kiosk.press("claim-check")));
    const told = screens.map((kiosk) =>
      Promise.race([
        kiosk.page.waitForFunction(() => window.receipts.length === 1).then(() => "prints"),
        kiosk.screen("ended").then(() => "printed already"),
        kiosk.page.locator("[data-testid=claim-answer][data-answer=printed]").waitFor().then(() => "printed already"),
      ]),
    );
    assert.deepEqual((await Promise.all(told)).sort(), ["printed already", "prints"]);
  });

  test("an order that is not paid is not printed", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const number = await kiosk.order();
    const other = await openKiosk(t, scene);
    await asks(other, number);
    await other.says("claim-answer", "ещё не пришла");

    await kiosk.press("cancel");
    await kiosk.screen("ended");
    await other.press("claim-check");
    await other.says("claim-answer", "закрыт");
  });

  // Who has only asked for it, as the owner can, is not told that it is done.
  for (const by of ["wallet", "owner"]) {
    test(`an order whose money goes back is not printed: by the ${by}`, async (t) => {
      const kiosk = await openKiosk(t, scene);
      const number = await kiosk.order();
      const phone = await kiosk.phone();
      await phone.screen("ready");
      await kiosk.page.close();
      await phone.pay();
      if (by === "wallet") {
        await phone.page.getByTestId("for-shop").click();
        await phone.page.getByTestId("refund").click();
        await phone.screen("refunded");
      } else {
        await scene.booth.command("order", "refund", number);
      }

      const other = await openKiosk(t, scene);
      await asks(other, number);
      await other.says("claim-answer", "возвращаются");
    });
  }

  test("a wrong number is said to be wrong, and can be corrected with the keys or a keyboard", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected: ["404 (Not Found)"] });
    await asks(kiosk, "ZZZZZZZZ");
    await kiosk.says("claim-answer", "Такого заказа нет");
    await kiosk.press("key-erase");
    await kiosk.page.keyboard.press("Backspace");
    await kiosk.page.keyboard.type("o0i1l2");
    assert.equal((await kiosk.text("claim-entry")).replace(/\s/g, ""), "ZZZZZZ2");
    await kiosk.page.keyboard.type("2");
    await kiosk.page.keyboard.press("Enter");
    await kiosk.says("claim-answer", "Такого заказа нет");
    await kiosk.press("claim-back");
    await kiosk.screen("start");
  });
});
