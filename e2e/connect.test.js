// The owner connects Payme by clicking: from a server with play money, over mistakes, through the wallet's tests played by the stand-in, to
// the real key. On a phone and on a desktop, in three languages, without a fault that axe knows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { enter, PASSWORD, PHONE, soundInBothSizes as sound, speak } from "./support/panel.js";

const MERCHANT = "670a6af1a048b8a82254e446";
const TEST_KEY = "t:ey&@?#%^=$!-of-36-characters-xxxxx";
const REAL_KEY = "r:al&@?#%^=$!-of-36-characters-xxxxx";
const PATIENCE_MS = 60_000;

const scene = setUp(() => startServer({ BOOTHPAY_PHOTOS_PUBLIC_ADDRESS: "https://pay.example.uz" }));
const at = (path) => new URL(path, scene.booth.url).href;

async function send(page, { merchant, key, use }) {
  if (merchant !== undefined) await page.fill("[name=merchant_id]", merchant);
  await page.fill("[name=key]", key);
  await page.check(`[name=use][value=${use}]`);
  await page.fill("form[action='/admin/wallets/payme'] [name=own_password]", PASSWORD);
  await page.click("form[action='/admin/wallets/payme'] .button");
}

const state = (page) => page.textContent("[data-testid=state]");

test("an owner connects Payme by its page, against the stand-in of its sandbox", async (t) => {
  const context = await scene.browser.newContext({ viewport: PHONE, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  // A screen that was opened with play money.
  const kiosk = await openKiosk(t, scene, { wallets: null, expected: ["401 (Unauthorized)"] });

  await page.click("text=Wallets");
  await sound(page, "list-before");
  await page.click("[data-testid=wallet-payme] a");
  assert.equal(await state(page), "not connected");
  assert.equal(await page.textContent("[data-testid=endpoint]"), "https://pay.example.uz/api/payme/webhook");
  await sound(page, "payme-before");

  // What cannot be right is told, and the key is not given back.
  await send(page, { merchant: "670a6af1", key: "TEST_KEY", use: "try" });
  await page.waitForSelector("[data-testid=wrong-merchant_id]");
  assert.match(await page.textContent("[data-testid=wrong-merchant_id]"), /24 characters, this has 8/);
  assert.match(await page.textContent("[data-testid=wrong-key]"), /a word for the key/);
  assert.equal(await page.inputValue("[name=merchant_id]"), "670a6af1");
  assert.equal(await page.inputValue("[name=key]"), "");
  await sound(page, "payme-wrong");

  await send(page, { merchant: MERCHANT, key: TEST_KEY, use: "try" });
  await page.waitForURL(/done=wallet_connected/);
  assert.equal(await state(page), "connected for trying");
  assert.match(await page.textContent("[data-testid=said]"), /Waiting for the first call of Payme/);
  assert.ok(!(await page.content()).includes(TEST_KEY.slice(5)));
  await sound(page, "payme-waiting");

  // The stand-in plays the sandbox; the page ticks its steps without being loaded anew.
  await page.evaluate(() => (window.same = true));
  const url = at("/api/payme/webhook");
  await scene.booth.command("sandbox", "payme", "--url", url, "--key", TEST_KEY, "--boothpay");
  await page.waitForFunction(() => document.querySelectorAll("[data-seen=true]").length === 13);
  assert.equal(await page.evaluate(() => window.same), true);
  assert.match(await page.textContent("[data-testid=next]"), /The sandbox is through/);
  for (const language of ["ru", "uz", "en"]) {
    await speak(page, language);
    await sound(page, `payme-through-${language}`);
  }

  // The key of the sandbox is no real one.
  await send(page, { key: "", use: "real" });
  await page.waitForSelector("[data-testid=wrong-key]");
  assert.match(await page.textContent("[data-testid=wrong-key]"), /TEST_KEY/);
  await send(page, { key: REAL_KEY, use: "real" });
  await page.waitForURL(/done=wallet_connected/);
  assert.equal(await state(page), "connected for real");
  await sound(page, "payme-real");
  await page.goto(at("/admin/wallets"));
  await sound(page, "list-after");
  for (const wallet of ["click", "uzum"]) {
    await page.goto(at(`/admin/wallets/${wallet}`));
    await sound(page, wallet);
  }

  // The screen takes the change by itself, and its code is Payme's alone.
  await kiosk.wait(31);
  await kiosk.page.waitForFunction(() => document.body.dataset.mode === "production");
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const { providers } = await kiosk.page.evaluate(() => JSON.parse(document.getElementById("settings").textContent));
  assert.deepEqual(providers, ["payme"]);
});
