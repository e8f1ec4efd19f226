// The owner changes a price in the panel: what is wrong is said beside its field, the booth's page offers the new price at its next start, and
// a customer in the middle sees it before he pays. He has the screen say lines of his own. On a phone and on a desktop, in three languages, without a fault that axe knows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, PORTRAIT, setUp } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";
import { enter, PASSWORD, PHONE, soundInBothSizes as sound, speak } from "./support/panel.js";

const PATIENCE_MS = 60_000;

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_BASE_PRICE: "25000" }));
const at = (path) => new URL(path, scene.booth.url).href;
const plain = (text) => text.replace(/\s+/g, " ");

/** Types a price and its password, and sends it by the keyboard alone. */
async function price(page, base) {
  const form = "form[action='/admin/settings/prices']";
  await page.fill(`${form} [name='booth.base_price']`, base);
  await page.fill(`${form} [name=own_password]`, PASSWORD);
  await page.press(`${form} [name=own_password]`, "Enter");
}

test("the owner changes a price, and the booth's page offers it", async (t) => {
  const context = await scene.browser.newContext({ viewport: PHONE, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  await page.click("text=Settings");
  assert.match(await page.textContent("[data-testid='from-booth.base_price']"), /BOOTHPAY_BOOTH_BASE_PRICE in the environment/);
  for (const language of ["ru", "uz", "en"]) {
    await speak(page, language);
    await sound(page, `settings-${language}`);
  }
  for (const group of await page.$$("details[data-testid^=group-] summary")) await group.click();
  await sound(page, "settings-all");

  await price(page, "25 000.50");
  await page.waitForSelector("[data-testid='wrong-booth.base_price']");
  assert.match(await page.textContent("[data-testid='wrong-booth.base_price']"), /Whole soum/);
  assert.equal(await page.inputValue("[name='booth.base_price']"), "25 000.50");
  await sound(page, "settings-wrong");

  // Opened as late as this: a booth's page that nobody touches goes back to its start.
  const waiting = await openKiosk(t, scene);
  const choosing = await openKiosk(t, scene, { expected: ["409 (Conflict)"] });
  await choosing.press("start-button");
  assert.match(plain(await choosing.text("copies-pay")), /25 000/);
  await price(page, "30 000");
  await page.waitForURL(/done=settings_saved/);
  assert.match(plain(await page.textContent("[data-testid='from-booth.base_price']")), /set in this panel .owner, .* without it 25000/);
  // A screen that waits takes it by itself; who was choosing sees it before anything can be paid.
  await Promise.all([waiting.page.waitForEvent("load"), waiting.page.clock.fastForward(31_000)]);
  await waiting.screen("start");
  assert.match(plain(await waiting.text("start-price")), /^30 000/);
  await choosing.press("copies-pay");
  await choosing.says("copies-changed", "Цена изменилась");
  await choosing.press("copies-pay");
  await choosing.phase("waiting");
  assert.match(plain(await choosing.text("amount")), /^30 000/);

  await sound(page, "settings-saved");
  await page.goto(at("/admin/audit"));
  assert.match(await page.textContent("main"), /booth\.base_price = 25000/);
});

test("the owner says four lines in his own words, and the longest have room on the smallest screen", async (t) => {
  const context = await scene.browser.newContext({ viewport: PHONE, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  await page.goto(at("/admin/settings"));
  const words = (most) => "Unforgettable moments of a wonderful evening ".repeat(9).slice(0, most).trim();
  const form = "form[action='/admin/settings/texts_en']";
  const lines = { title: words(40), lead: words(120), consent: words(300), thanks: words(120) };
  for (const [name, text] of Object.entries(lines)) await page.fill(`${form} [name='texts.en.${name}']`, text);
  await page.fill(`${form} [name=own_password]`, PASSWORD);
  await page.click(`${form} button`);
  await page.waitForURL(/done=settings_saved/);
  await sound(page, "settings-texts");

  for (const [size, viewport] of Object.entries({ "1080x1920": PORTRAIT, "1024x768": { width: 1024, height: 768 } })) {
    const kiosk = await openKiosk(t, scene, { viewport });
    await kiosk.speak("en");
    assert.equal(await kiosk.page.textContent(".tagline"), lines.title);
    assert.equal(await kiosk.text("start-lead"), lines.lead);
    assert.deepEqual(await layoutFaults(kiosk.page), [], size);
    if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/own-words-${size}.png` });
    await kiosk.speak("ru");
    assert.equal(await kiosk.page.textContent(".tagline"), "Фото на память");
    await kiosk.page.close();
  }
});
