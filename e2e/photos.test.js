// A page like the first user's, served from another origin, takes a customer through all of it: photos by Telegram, payment, the
// finished picture on the phone.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { startTelegram } from "./support/telegram.js";

const ANNA = 77;
const PATIENCE_MS = 60_000;

const here = (name) => new URL(`./support/first-page/${name}`, import.meta.url);
const phone = await readFile(new URL("../server/src/photos/samples/phone.jpg", import.meta.url));

const page = createServer(async ({ url }, answer) => {
  const [name, kind] = url === "/page.js" ? ["page.js", "text/javascript"] : ["index.html", "text/html"];
  answer.setHeader("Content-Type", kind).end(await readFile(here(name)));
});
let origin;
let telegram;

before(async () => {
  await once(page.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${page.address().port}`;
});
after(() => {
  page.close();
  telegram?.close();
});

const scene = setUp(async () => {
  telegram = await startTelegram();
  return startServer({ ...telegram.settings, BOOTHPAY_CORS_ORIGINS: origin });
});

async function until(what, look) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`it never came to be: ${what}`);
}

test("photos come by Telegram, the customer pays, and takes the picture home", async (t) => {
  const context = await scene.browser.newContext();
  t.after(() => context.close());
  const booth = await context.newPage();
  booth.setDefaultTimeout(PATIENCE_MS);
  const server = scene.booth.url.replace(/\/$/, "");
  await booth.goto(`${origin}/#${encodeURIComponent(server)}`);
  const step = (word) => booth.waitForFunction((word) => document.querySelector("[data-testid=step]").textContent === word, word);

  await booth.getByTestId("bring").click();
  await step("waiting for photos");
  const link = await booth.getByTestId("link").textContent();
  await telegram.text(ANNA, `/start ${link.split("start=")[1]}`);
  for (const many of [1, 2, 3]) {
    await telegram.photo(ANNA, phone);
    await booth.waitForFunction((many) => document.querySelectorAll("[data-testid=photos] img").length === many, many);
  }
  await step("photos are there");
  const sizes = await booth.$$eval("[data-testid=photos] img", (all) => all.map((it) => [it.naturalWidth, it.naturalHeight]));
  assert.deepEqual(sizes, [[64, 96], [64, 96], [64, 96]], "upright, though the phone stores them lying");
  await until("the customer hears that all are there", async () => {
    const sent = await telegram.sent();
    return sent.some(({ customer, text }) => customer === ANNA && text.includes("hammasi olindi"));
  });

  await booth.getByTestId("pay").click();
  await step("waiting for money");
  assert.match(await booth.getByTestId("pay-code").getAttribute("src"), /^data:image\/png;base64,/);
  const order = await booth.getByTestId("step").getAttribute("data-order");
  const paid = await fetch(`${server}/api/test-payment/${order}`, { method: "POST" });
  assert.equal(paid.status, 200);
  await step("done");

  const number = await until("the picture is on the phone", async () => {
    const sent = await telegram.sent();
    const place = sent.findIndex(({ customer, method }) => customer === ANNA && method === "sendDocument");
    return place < 0 ? null : place + 1;
  });
  const picture = await telegram.file(number - 1);
  assert.deepEqual([...picture.subarray(0, 3)], [0xff, 0xd8, 0xff], "a JPEG, whole");
  assert.equal(await booth.getByTestId("trouble").textContent(), "");
});

test("the bot asks for as many photos as the layout on the screen, and the screen takes them", async (t) => {
  const at = { booth: await startServer({ ...telegram.settings, BOOTHPAY_PHOTOS_SOURCE: "boothpay" }), browser: scene.browser };
  t.after(() => at.booth.close());
  const said = (customer, words) =>
    until(`the bot says "${words}"`, async () => (await telegram.sent()).some((it) => it.customer === customer && it.text?.includes(words)));
  for (const [layout, places, customer] of [["strip", 4, 78], ["single", 1, 79]]) {
    const kiosk = await openKiosk(t, at);
    await until("the bot is there", async () => {
      await kiosk.press("start-button");
      await kiosk.press(`layout-${layout}`);
      await kiosk.screen("shoot");
      await kiosk.page.locator(".shoot:is([data-phase=ready], [data-phase=lost])").waitFor();
      if (await kiosk.part("shoot-phone").isVisible()) return true;
      await kiosk.press("shoot-back");
      await kiosk.press("layout-back");
      return false;
    });
    await kiosk.press("shoot-phone");
    await kiosk.screen("phone");
    const id = await kiosk.page.evaluate(() => localStorage.getItem("boothpay.shots"));
    await telegram.text(customer, `/start upload_${id}`);
    await said(customer, `Kerakli suratlar soni: ${places}.`);
    for (let n = 1; n <= places; n += 1) {
      await telegram.photo(customer, phone);
      await said(customer, `${places} tadan ${n} ta`);
      await kiosk.wait(3);
      await kiosk.says("phone-count", `${n} из ${places}`);
    }
    await telegram.photo(customer, phone);
    await said(customer, `Kabinada ${places} ta surat bor`);
    await kiosk.press("phone-next");
    await kiosk.screen("review");
    await kiosk.page.close();
  }
});
