// The owner closes the booth by hand, from a phone: its screen says so in the customer's language and sells nothing, what was begun is paid all
// the same, and one press opens it again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, PORTRAIT, setUp } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";
import { enter, follow, PHONE, soundInBothSizes as sound, speak } from "./support/panel.js";

const PATIENCE_MS = 60_000;
const LANGUAGES = ["uz", "en", "ru"];

/** What a customer reads. */
const CLOSED = { uz: "Hozir yopiqmiz", en: "We are closed now", ru: "Сейчас у нас закрыто" };

const SIZES = { "1080x1920": PORTRAIT, "1024x768": { width: 1024, height: 768 }, "390x844": PHONE };

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_SUPPORT_PHONE: "+998 90 123-45-67" }));
const pictures = process.env.E2E_PICTURES;

test("the owner closes the booth, and opens it again", async (t) => {
  const context = await scene.browser.newContext({ viewport: PHONE, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  for (const language of LANGUAGES) {
    await speak(page, language);
    await sound(page, `closing-open-${language}`);
  }
  const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT });
  const paying = await openKiosk(t, scene);
  const number = await paying.order();
  const choosing = await openKiosk(t, scene);
  await choosing.press("start-button");

  await follow(page, "[data-testid=booth-open] button");
  assert.match(page.url(), /done=booth_closed/);
  for (const language of LANGUAGES) {
    await speak(page, language);
    const first = await page.locator("main .card").first().getAttribute("data-testid");
    assert.equal(first, "booth-closed", "nobody forgets it");
    await sound(page, `closing-closed-${language}`);
  }

  await kiosk.page.clock.runFor(6_000);
  await kiosk.isHidden("start-button");
  for (const language of LANGUAGES) {
    await kiosk.speak(language);
    await kiosk.says("start-closed", CLOSED[language]);
    await kiosk.says("start-closed", "+998 90 123-45-67");
    for (const [size, viewport] of Object.entries(SIZES)) {
      await kiosk.page.setViewportSize(viewport);
      // On a phone the page may scroll: only the screens of booths have to fit.
      if (size !== "390x844") assert.deepEqual(await layoutFaults(kiosk.page), [], `closed in ${language} at ${size}`);
      if (pictures) await kiosk.page.screenshot({ path: `${pictures}/closing-screen-${language}-${size}.png` });
    }
  }
  await kiosk.page.locator(".start").click();
  await kiosk.screen("start");

  // Who has chosen and not yet paid is told why; who has a code pays by it.
  await choosing.page.clock.runFor(6_000);
  await choosing.page.locator("[data-testid=copies-pay][aria-disabled=true]").waitFor();
  await choosing.part("copies-pay").click({ force: true });
  await choosing.says("trouble-text", CLOSED.ru);
  await paying.payWithoutApp(number);
  await paying.knowsOfPayment();

  await follow(page, "[data-testid=booth-closed] button");
  assert.match(page.url(), /done=booth_opened/);
  await kiosk.page.clock.runFor(6_000);
  await kiosk.part("start-button").waitFor();
  await kiosk.press("start-button");
  await kiosk.screen("copies");
  await page.goto(new URL("/admin/audit", scene.booth.url).href);
  assert.match(await page.textContent("main"), /закрыта/);
});
