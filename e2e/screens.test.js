// Every screen, in every language and size: legible, large enough to press, in its place; and run by two keys.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openKiosk, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

const scene = setUp();

const LANGUAGES = ["uz", "en", "ru"];
const SIZES = ["1920x1080", "1080x1920", "1366x768", "1024x768", "800x480", "768x1024", "390x844"];

/** As if the order had the widest number that there is: on some days of a month all are nearly as wide. */
function widestNumber() {
  for (const element of document.querySelectorAll("[data-testid$=order], [data-testid=order-number]")) {
    if (/^\w{4} \w{4}$/.test(element.textContent)) element.textContent = "WMWM MWMW";
  }
}

/** Looks at the screen in every language; the switch itself must keep the screen. */
async function look(kiosk, name) {
  const { page } = kiosk;
  const shown = () => [document.documentElement.lang, document.body.dataset.screen, document.body.dataset.phase].join();
  const [, ...place] = (await page.evaluate(shown)).split(",");
  for (const language of LANGUAGES) {
    await page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
    await page.evaluate(widestNumber);
    assert.deepEqual(await layoutFaults(page), [], `${name} in ${language}`);
    assert.equal(await page.evaluate(shown), [language, ...place].join(), `${name} stays when the language changes`);
    const words = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(words, /\b[a-z]+\.[a-z]+[A-Z.]?|\{\w+\}|undefined|NaN/, `${name} in ${language} lacks words`);
  }
}

/** Some screens leave by themselves: the page's clock stands still while they are looked at, however slow this machine is. */
async function standStill({ page }) {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 2_000));
}

describe("the screens", TOGETHER, () => {
  for (const size of SIZES) {
    test(`every screen at ${size}`, async (t) => {
      const [width, height] = size.split("x").map(Number);
      // Longer than looking at all phases of the payment takes on any machine.
      const settings = { payment_seconds: 600 };
      const expected = ["Failed to load resource"];
      const kiosk = await openKiosk(t, scene, { viewport: { width, height }, expected, settings });
      const { page } = kiosk;
      await look(kiosk, "start");

      await kiosk.press("claim-open");
      await kiosk.typeNumber("23456789");
      await kiosk.says("claim-answer", /\S/);
      await look(kiosk, "claim");
      await kiosk.press("claim-back");

      await kiosk.press("start-button");
      for (let n = 1; n < 6; n += 1) await kiosk.press("copies-plus");
      await look(kiosk, "copies");
      await kiosk.wait(61);
      await kiosk.part("idle-stay").waitFor();
      assert.deepEqual(await layoutFaults(page), [], "idle");
      await kiosk.press("idle-stay");

      await page.route("**/api/booth/orders", (route) => route.abort());
      await kiosk.press("copies-pay");
      await kiosk.part("trouble-again").waitFor();
      await look(kiosk, "trouble");
      await page.unroute("**/api/booth/orders");
      await kiosk.press("trouble-again");

      await kiosk.phase("waiting");
      await look(kiosk, "waiting");
      await kiosk.press("have-paid");
      await kiosk.isHidden("help-spinner");
      await look(kiosk, "help");
      await kiosk.press("help-back");

      await kiosk.pretend({ stage: "processing" });
      await kiosk.phase("processing");
      await look(kiosk, "processing");
      await kiosk.wait(121);
      await kiosk.part("stuck-leave").waitFor();
      await look(kiosk, "stuck");
      await kiosk.pretend({});
      await kiosk.phase("waiting");

      await kiosk.loseServer();
      await look(kiosk, "offline");
      await kiosk.findServer();
      await kiosk.phase("waiting");

      await standStill(kiosk);
      await kiosk.wait(601);
      await kiosk.phase("expired");
      await look(kiosk, "expired");
      await page.clock.resume();
      await kiosk.press("new-code");
      await kiosk.phase("waiting");

      let letGo;
      const held = new Promise((done) => (letGo = done));
      await page.route("**/cancel", (route) => held.then(() => route.continue()));
      await kiosk.press("cancel");
      await kiosk.phase("checking");
      await look(kiosk, "checking");
      await standStill(kiosk);
      letGo();
      await kiosk.screen("ended");
      await look(kiosk, "cancelled");
      await kiosk.press("ended-home");
      await page.clock.resume();

      await kiosk.order(6);
      await standStill(kiosk);
      await kiosk.pretend({ status: "refunded", stage: undefined });
      await kiosk.screen("ended");
      await kiosk.part("ended-code").waitFor();
      await look(kiosk, "refunded");
      await kiosk.press("ended-home");
      await page.clock.resume();

      await page.evaluate(() => (window.pretended = {}));
      const number = await kiosk.order(6);
      await standStill(kiosk);
      await kiosk.payWithoutApp(number);
      await kiosk.screen("paid");
      await look(kiosk, "paid");
      const granted = page.waitForResponse("**/print");
      await page.clock.runFor(2_500);
      await kiosk.screen("printing");
      await granted;
      await look(kiosk, "printing");
      await kiosk.receiptCame();
      await page.clock.runFor(7_000);
      await kiosk.screen("thanks");
      await look(kiosk, "thanks");
    });
  }

  for (const size of SIZES) {
    test(`which app to pay with, where there are several, at ${size}`, async (t) => {
      const [width, height] = size.split("x").map(Number);
      const providers = ["payme", "click", "uzum"];
      const kiosk = await openKiosk(t, scene, { viewport: { width, height }, settings: { providers } });
      await kiosk.press("start-button");
      await kiosk.isHidden("copies-with");
      await kiosk.press("copies-pay");
      await look(kiosk, "method");
      await kiosk.press("method-payme");
      await kiosk.phase("waiting");
      await kiosk.press("other-method");
      await kiosk.screen("method");
    });
  }

  test("with one app to pay with, nobody is asked which", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.press("start-button");
    await kiosk.says("copies-with", "Payme");
    await kiosk.press("copies-pay");
    await kiosk.phase("waiting");
  });

  test("two keys are enough: next and press", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const { page } = kiosk;
    const focused = () => page.evaluate(() => document.activeElement?.dataset.testid ?? "");
    const tabTo = async (name) => {
      for (let presses = 0; (await focused()) !== name; presses += 1) {
        assert.ok(presses < 20, `${name} is not reached`);
        await page.keyboard.press("Tab");
      }
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(outline, "solid", `the focus is seen on ${name}`);
    };
    const enter = async () => {
      await kiosk.settled();
      await page.keyboard.press("Enter");
    };
    await tabTo("start-button");
    await enter();
    await kiosk.screen("copies");
    // The main button of a screen has the focus already.
    assert.equal(await focused(), "copies-pay");
    await tabTo("copies-plus");
    await enter();
    assert.equal(await kiosk.text("copies-count"), "2");
    await tabTo("copies-pay");
    await enter();
    await kiosk.phase("waiting");
    await tabTo("have-paid");
    await enter();
    await kiosk.part("help-back").waitFor();
    assert.equal(await focused(), "help-back");
    await enter();
    await kiosk.isHidden("veil");
    await tabTo("cancel");
    await enter();
    await kiosk.screen("ended");
    assert.equal(await focused(), "ended-home");
  });

  test("nobody there: the page asks, then goes back to the start and to its own language", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.speak("en");
    await kiosk.press("start-button");
    await kiosk.wait(61);
    await kiosk.says("idle-left", /^(1\d|20)$/);
    await kiosk.press("idle-stay");
    await kiosk.isHidden("veil");
    await kiosk.screen("copies");
    await kiosk.wait(61);
    await kiosk.part("idle-stay").waitFor();
    await kiosk.wait(20);
    await kiosk.screen("start");
    await kiosk.page.locator('html[lang="ru"]').waitFor();

    await kiosk.speak("uz");
    await kiosk.wait(62);
    await kiosk.page.locator('html[lang="ru"]').waitFor();
  });

  test("a customer who goes back keeps the language", async (t) => {
    const kiosk = await openKiosk(t, scene);
    await kiosk.speak("uz");
    await kiosk.press("start-button");
    await kiosk.press("copies-back");
    await kiosk.screen("start");
    assert.equal(await kiosk.language(), "uz");
  });

  test("the page is no place for the browser's own gestures, and says that it is a demonstration", async (t) => {
    const kiosk = await openKiosk(t, scene);
    const menu = await kiosk.page.evaluate(() => {
      const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
      return document.body.dispatchEvent(event);
    });
    assert.equal(menu, false, "the context menu is suppressed");
    const style = await kiosk.page.evaluate(() => {
      const { touchAction, userSelect } = getComputedStyle(document.body);
      return { touchAction, userSelect };
    });
    assert.deepEqual(style, { touchAction: "manipulation", userSelect: "none" });
    await kiosk.says("mode-text", "Демонстрация");
  });
});
