// What a customer's phone reads whose link to the picture is wrong, or over.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { setUp } from "./support/browser.js";

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_SUPPORT_PHONE: "+998 71 200-00-00" }));

test("a link that is over is told in the phone's language; a program gets the problem", async (t) => {
  const address = new URL(`/photo/${"0".repeat(32)}`, scene.booth.url);
  assert.equal((await fetch(address)).headers.get("content-type"), "application/problem+json");
  const titles = { "uz-UZ": "Bu yerda surat yoʻq", "ru-RU": "Снимка здесь нет", "en-GB": "There is no picture here" };
  for (const [locale, title] of Object.entries(titles)) {
    const context = await scene.browser.newContext({ locale, viewport: { width: 390, height: 844 } });
    t.after(() => context.close());
    const page = await context.newPage();
    const answer = await page.goto(address.href);
    assert.equal(answer.status(), 404);
    assert.equal(await page.textContent("h1"), title);
    assert.match(await page.textContent("main"), /200-00-00/);
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("main")).textAlign), "center", "its style counts");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    if (process.env.E2E_PICTURES) await page.screenshot({ path: `${process.env.E2E_PICTURES}/no-picture-${locale}.png` });
  }
});
