// The owner's panel as an owner meets it: the first link, the pages on a phone and on a desktop, in three languages, without a
// fault that a person who reads by ear or by keyboard would meet.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

import { openKiosk, setUp } from "./support/browser.js";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
const PASSWORD = "seven blue photo strips";
const PATIENCE_MS = 30_000;

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Where to put pictures of the pages, for a person to look at: E2E_PICTURES=folder.
const pictures = process.env.E2E_PICTURES;

const scene = setUp();

/** The panel in a browser of its own. */
async function open(t, viewport, locale = "en") {
  const context = await scene.browser.newContext({ viewport, locale, hasTouch: viewport === PHONE, bypassCSP: false });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.stack));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  t.after(async () => {
    await context.close();
    const surprising = complaints.filter((complaint) => !/status of 4\d\d/.test(complaint));
    assert.deepEqual(surprising, [], "the browser complained");
  });
  return page;
}

const at = (path) => new URL(path, scene.booth.url).href;

/** Sets the owner's password by a new link, as somebody does who has lost it. */
async function enter(page) {
  const { out, err } = await scene.booth.command("admin", "reset");
  const path = /\/admin\/link\/[0-9a-f]+/.exec(out)?.[0];
  assert.ok(path, err);
  await page.goto(at(path));
  await page.fill("[name=password]", PASSWORD);
  await page.fill("[name=again]", PASSWORD);
  await page.click("main button");
  await page.waitForURL(at("/admin"));
}

/** What a page has to hold whoever looks at it: nothing beyond its edge, no fault that axe knows. */
async function sound(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  // Not as an element: the page's policy runs nothing that is not the server's.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(said, [], name);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

const PAGES = ["/admin", "/admin/orders", "/admin/why", "/admin/owed", "/admin/books", "/admin/alerts", "/admin/people", "/admin/audit"];

for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  test(`every page is sound in three languages on a ${name}`, async (t) => {
    const page = await open(t, viewport);
    await page.goto(at("/admin"));
    await sound(page, `${name}-login`);
    await enter(page);
    for (const language of ["ru", "uz", "en"]) {
      await page.click(`.languages [value=${language}]`);
      await page.waitForSelector(`html[lang=${language}]`);
      for (const path of PAGES) {
        await page.goto(at(path));
        await sound(page, `${name}-${language}${path.replaceAll("/", "-")}`);
      }
    }
  });
}

test("the owner gets in, gives an operator a link, and leaves", async (t) => {
  const page = await open(t, DESKTOP);
  await enter(page);
  await page.click("text=People");
  await page.fill("[name=name]", "Dilnoza");
  await page.fill("form[action='/admin/people'] [name=own_password]", PASSWORD);
  await page.click("text=Add >> nth=-1");
  // The page's script writes this server's address before it.
  await page.waitForFunction(() => document.querySelector("[data-testid=made-link]")?.textContent.startsWith("http"));
  const link = await page.textContent("[data-testid=made-link]");
  assert.ok(link.startsWith(at("/admin/link/")), link);
  const other = await open(t, PHONE, "uz");
  await other.goto(link);
  assert.match(await other.textContent("main"), /dilnoza/);
  await other.fill("[name=password]", PASSWORD);
  await other.fill("[name=again]", PASSWORD);
  await other.click("main button");
  await other.waitForURL(at("/admin"));
  assert.deepEqual(await other.$$eval(".menu a", (items) => items.map((item) => item.textContent)), ["Bugun", "Buyurtmalar", "Nega ishlamayapti", "Solishtirish"]);

  await page.click(".leave button");
  await page.waitForURL(/login\?done=logged_out/);
  await page.fill("[name=password]", "not the password");
  await page.click("main button");
  await page.waitForSelector("[role=alert]");
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  await page.waitForURL(at("/admin"));
});

/** An order at the booth that was paid with Click; its number. */
async function paidByClick(t) {
  const kiosk = await openKiosk(t, scene, { wallets: null, expected: ["409 (Conflict)"] });
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.press("method-click");
  await kiosk.phase("waiting");
  const number = await kiosk.number();
  const phone = await kiosk.phone();
  await phone.press("pay");
  await phone.screen("paid");
  await kiosk.knowsOfPayment();
  return number;
}

test("an owner finds an order by its number, and gives its money back", async (t) => {
  const page = await open(t, PHONE);
  await enter(page);
  const before = await page.textContent("[data-testid=taken]");
  // Somebody reads the table by keyboard meanwhile: that does not stop it.
  await page.focus(".scrolls");
  const number = await paidByClick(t);
  // It comes by itself.
  await page.waitForFunction((old) => document.querySelector("[data-testid=taken]").textContent !== old, before);
  assert.equal(await page.evaluate(() => document.activeElement.className), "scrolls");
  await page.click("text=Orders");
  await page.fill("[name=q]", `${number.slice(0, 4)} ${number.slice(4)}`.toLowerCase());
  await page.click(".filters button");
  await page.waitForURL(at(`/admin/orders/${number}`));
  await sound(page, "phone-order-paid");
  assert.equal((await page.textContent("[data-testid=status]")).trim(), "paid");
  await page.click("summary:has-text('Give the money back')");
  await page.fill("[name=reason]", "the paper was empty");
  await page.click("form[action$=refund] button");
  await page.waitForURL(/done=refund_asked/);
  await sound(page, "phone-order-asked");
  // The wallet's calls about it, of which one opens whole.
  await page.click("[data-testid=calls] a >> nth=0");
  await page.waitForURL(/why\/calls/);
  for (const language of ["ru", "uz", "en"]) {
    await page.click(`.languages [value=${language}]`);
    await page.waitForSelector(`html[lang=${language}]`);
    await sound(page, `phone-${language}-call`);
  }
  assert.match(await page.textContent("pre"), new RegExp(number));
  assert.match(await page.textContent("pre"), /sign_string=\*+/);
  await page.goto(at("/admin/why"));
  await sound(page, "phone-why-after-a-payment");
  assert.match(await page.textContent("[data-testid=q-webhook]"), /Click: calls arrive/);
  await page.click("text=Ask the address again");
  await page.waitForURL(/done=reach_asked/);
  assert.equal(await page.getAttribute("[data-testid=check-reach]", "data-standing"), "good");
  await page.goto(at(`/admin/orders/${number}`));
  for (const until = Date.now() + PATIENCE_MS; (await page.textContent("[data-testid=status]")).trim() !== "refunded"; ) {
    assert.ok(Date.now() < until, "it is never refunded");
    await page.reload();
  }
  await page.setViewportSize(DESKTOP);
  await sound(page, "desktop-order-refunded");
  assert.match(await page.textContent(".story"), /the paper was empty/);
  await page.goto(at("/admin/orders"));
  await sound(page, "desktop-orders");
});

/** An order at the booth that waits for Payme; its number, and the screen. */
async function waiting(t) {
  const kiosk = await openKiosk(t, scene, { wallets: null });
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.press("method-payme");
  await kiosk.phase("waiting");
  return { kiosk, number: await kiosk.number() };
}

test("an owner finds on a phone what a statement has and the booth has not, and puts it right", async (t) => {
  const page = await open(t, PHONE);
  await enter(page);
  const { kiosk, number } = await waiting(t);
  await page.goto(at(`/admin/orders/${number}`));
  const price = (await page.textContent(".facts dd")).replace(/\D/g, "");
  const compare = async (text) => {
    await page.goto(at("/admin/books"));
    await page.selectOption("[name=wallet]", "payme");
    await page.setInputFiles("[name=file]", { name: "payme.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.click("form[enctype] button");
  };
  await compare(`Ref;Auftrag;Zeit;Betrag\n1;2;3;4\n`);
  assert.match(await page.textContent("[role=alert]"), /not all columns that are needed are known/);
  await sound(page, "phone-books-columns");
  const row = `5305e3bab097f420a62ced0b;${number};${new Date().toISOString()};${price};paid`;
  await compare(`ID транзакции;Заказ;Дата;Сумма;Статус\n${row}\n`);
  await page.waitForURL(/done=statement_compared/);
  await sound(page, "phone-books-differs");
  assert.match(await page.textContent("[data-testid=difference]"), /Paid at the wallet, not here/);
  await page.selectOption("[data-testid=difference] [name=owner]", "owner");
  await page.fill("[data-testid=difference] [name=note]", "the cable was cut");
  await page.click("[data-testid=difference] .fields button");
  await page.waitForURL(/done=difference_kept/);
  await page.click("[data-testid=difference] form[action$=right] button");
  await page.waitForURL(/done=put_right/);
  await kiosk.knowsOfPayment();
  await sound(page, "phone-books-righted");
  assert.ok(await page.isVisible("[data-testid=all-agrees]"));
  await page.goto(at(`/admin/orders/${number}`));
  assert.equal((await page.textContent("[data-testid=status]")).trim(), "paid");
  assert.match(await page.textContent(".story"), /A statement of Payme was shown: owner[\s\S]*payme\.csv/);
  await sound(page, "phone-books-order");
});
