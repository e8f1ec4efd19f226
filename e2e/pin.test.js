// The person at the booth: a finger on the sign opens the PIN pad, the PIN the page for staff, and the customers' screen comes back by itself.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openKiosk, PORTRAIT, setUp, TOGETHER } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";
import { sound, speak } from "./support/panel.js";

const scene = setUp();

/** Of the demonstration. */
const PIN = "246810";

const SIZES = { "1080x1920": PORTRAIT, "1024x768": { width: 1024, height: 768 } };
const LANGUAGES = ["uz", "en", "ru"];

// What the browser says of a wrong PIN.
const expected = ["Failed to load resource"];

const pictures = process.env.E2E_PICTURES;

const at = (path) => new URL(path, scene.booth.url).href;

/** A finger on the sign, for so long on the page's clock. */
async function hold(kiosk, seconds) {
  const { x, y, width, height } = await kiosk.page.locator(".brand img").boundingBox();
  const cdp = await kiosk.page.context().newCDPSession(kiosk.page);
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await kiosk.page.clock.runFor(seconds * 1000);
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await cdp.detach();
}

async function type(kiosk, pin) {
  for (const digit of pin) await kiosk.press(`staff-key-${digit}`);
  await kiosk.press("staff-confirm");
}

async function enter(kiosk) {
  await hold(kiosk, 4);
  await type(kiosk, PIN);
  await kiosk.page.waitForURL(at("/admin/booth"));
}

/** An order of a customer who has left meanwhile. */
async function made() {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ copies: 1, paymentType: "payme", lang: "ru" });
  const answer = await fetch(at("/api/booth/orders"), { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  return (await answer.json()).order_id;
}

/** The customers' screen, as after any start. */
async function isBack(kiosk) {
  await kiosk.page.waitForURL(at("/"));
  await kiosk.screen("start");
  await kiosk.isHidden("staff-keys");
}

/** Every page in each language: nothing sticks out, axe finds no fault, and no word is missing. */
async function look(page, name, size) {
  for (const language of LANGUAGES) {
    await speak(page, language);
    const words = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(words, /\b(booth|why|order|orders|stop|frame)\.[a-z]+|\{\w+\}|undefined|NaN/, `${name} in ${language} lacks words`);
    await sound(page, `pin-${name}-${language}-${size}`);
  }
}

describe("the person at the booth", TOGETHER, () => {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`gets in by the PIN, keeps a note of an order, and leaves, at ${size}`, async (t) => {
      const kiosk = await openKiosk(t, scene, { viewport, expected });
      const { page } = kiosk;
      const number = await made();
      await kiosk.payWithoutApp(number);

      await hold(kiosk, 2);
      await page.clock.runFor(5_000);
      await kiosk.isHidden("staff-keys");
      await hold(kiosk, 4);
      for (const language of LANGUAGES) {
        await kiosk.speak(language);
        assert.deepEqual(await layoutFaults(page), [], `the pad in ${language} at ${size}`);
        if (pictures) await page.screenshot({ path: `${pictures}/pin-pad-${language}-${size}.png` });
      }
      await type(kiosk, "111111");
      await kiosk.says("staff-answer", /\S/);
      await type(kiosk, PIN);
      await page.waitForURL(at("/admin/booth"));
      await look(page, "booth", size);

      await page.click(`.orders a[href$="/${number}"]`);
      await page.waitForURL(at(`/admin/orders/${number}`));
      await look(page, "order", size);
      await page.locator("form[action$='/note'] input[name=note]").fill("no paper");
      await page.click("form[action$='/note'] button");
      await page.waitForURL(/done=note_written/);
      assert.match(await page.textContent(".story"), /pin\./);
      assert.equal(await page.locator(".menu a").count(), 2);
      assert.equal((await page.goto(at("/admin/people"))).status(), 403);
      await look(page, "not-there", size);
      await page.click("main .button");
      await page.waitForURL(at("/admin/booth"));

      await page.click(".leave button");
      await isBack(kiosk);
      await page.goBack();
      await isBack(kiosk);
    });
  }

  test("walks away, and after a minute the customers' screen is back", async (t) => {
    const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT, expected });
    const { page } = kiosk;
    await enter(kiosk);
    await page.clock.runFor(50_000);
    await page.mouse.click(500, 1900);
    await page.clock.runFor(50_000);
    assert.equal(page.url(), at("/admin/booth"), "a touch begins the minute anew");
    await page.clock.runFor(11_000);
    await isBack(kiosk);
    const gone = await page.goto(at("/admin/booth"));
    assert.equal(gone.url(), at("/"), "and the session is over");
  });

  test("is not stuck on the page while the server is away", async (t) => {
    const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT, expected });
    const { page } = kiosk;
    await enter(kiosk);
    await page.route("**/admin/**", (route) => route.abort());
    await page.clock.runFor(61_000);
    await page.locator("main").waitFor({ state: "hidden" });
    await page.unroute("**/admin/**");
    // The page tries again after a pause, whenever its last try has failed.
    await page.clock.resume();
    await isBack(kiosk);
  });

  test("types the PIN on a keyboard, and ends it with Enter", async (t) => {
    const kiosk = await openKiosk(t, scene, { expected });
    const { keyboard } = kiosk.page;
    await hold(kiosk, 4);
    await kiosk.settled();
    for (const digit of "135791") await keyboard.press(`Digit${digit}`);
    await keyboard.press("Enter");
    await kiosk.says("staff-answer", /\S/);
    await kiosk.page.waitForFunction(() => document.querySelector("[data-testid=staff-entry]").innerText.trim() === "");
    for (const digit of PIN) await keyboard.press(`Digit${digit}`);
    await keyboard.press("Enter");
    await kiosk.page.waitForURL(at("/admin/booth"));
  });

  test("types a wrong PIN, and leaves the pad to whoever comes next", async (t) => {
    const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT, expected });
    await hold(kiosk, 4);
    await type(kiosk, "135791");
    await kiosk.says("staff-answer", /\S/);
    await kiosk.page.waitForFunction(() => document.querySelector("[data-testid=staff-entry]").innerText.trim() === "");
    assert.equal(new URL(kiosk.page.url()).pathname, "/");
    await kiosk.wait(61);
    await kiosk.isHidden("staff-keys");
    await kiosk.press("start-button");
    await kiosk.screen("copies");
  });
});
