// The owner's panel as an owner meets it: the first link, the pages on a phone and on a desktop, in three languages, without a
// fault that a person who reads by ear or by keyboard would meet.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { openKiosk, setUp } from "./support/browser.js";
import { DESKTOP, enter, follow, PASSWORD, PHONE, sound, speak } from "./support/panel.js";

const PATIENCE_MS = 30_000;

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

const PAGES = ["/admin", "/admin/figures", "/admin/figures?month=2026-11", "/admin/orders", "/admin/why", "/admin/owed", "/admin/books", "/admin/alerts", "/admin/wallets/payme", "/admin/settings", "/admin/people", "/admin/audit", "/admin/me"];

for (const [name, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  test(`every page is sound in three languages on a ${name}`, async (t) => {
    const page = await open(t, viewport);
    await page.goto(at("/admin"));
    await sound(page, `${name}-login`);
    await enter(page, scene.booth);
    for (const language of ["ru", "uz", "en"]) {
      await speak(page, language);
      for (const path of PAGES) {
        await page.goto(at(path));
        await sound(page, `${name}-${language}${path.replaceAll("/", "-")}`);
      }
    }
  });
}

test("tables are read on a phone as on a desktop", async (t) => {
  const page = await open(t, PHONE);
  await enter(page, scene.booth);
  await page.goto(at("/admin/audit"));
  const heights = await page.$$eval(".cards tbody tr", (rows) => rows.map((row) => row.getBoundingClientRect().height));
  assert.ok(heights.length > 0 && Math.max(...heights) < 330, `a row has a line for each letter: ${heights}`);
  await page.goto(at("/admin"));
  for (const table of await page.$$(".scrolls")) {
    const [wide, seen] = await table.evaluate((it) => [it.scrollWidth, it.clientWidth]);
    assert.ok(wide <= seen, `${wide} in ${seen}`);
  }
});

test("the owner gets in, gives an operator a link, and leaves", async (t) => {
  const page = await open(t, DESKTOP);
  await enter(page, scene.booth);
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
  assert.deepEqual(await other.$$eval(".menu a", (items) => items.map((item) => item.textContent)), ["Bugun", "Tushum", "Buyurtmalar", "Nega ishlamayapti", "Solishtirish"]);

  await page.click(".leave button");
  await page.waitForURL(/login\?done=logged_out/);
  await page.fill("[name=password]", "not the password");
  await page.click("main button");
  await page.waitForSelector("[role=alert]");
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  await page.waitForURL(at("/admin"));
});

/** The code that a phone with this secret shows, so many steps of 30 seconds from now. */
function codeOf(secret, ahead) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const tag = createHmac("sha1", Buffer.from(bytes)).update(step).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("an owner turns the second step on with a phone's app, gets in by it, and by a recovery code", async (t) => {
  const page = await open(t, PHONE);
  await enter(page, scene.booth);
  await page.click(".who");
  await page.waitForURL(at("/admin/me"));
  const secret = (await page.textContent("[data-testid=secret]")).replaceAll(" ", "");
  await page.fill("[name=code]", "000000");
  await page.fill("[name=own_password]", PASSWORD);
  await page.click("main .button");
  await page.waitForSelector("[role=alert]");
  assert.equal((await page.textContent("[data-testid=secret]")).replaceAll(" ", ""), secret);
  await sound(page, "phone-me-wrong-code");
  await page.fill("[name=code]", codeOf(secret, 0));
  await page.fill("[name=own_password]", PASSWORD);
  await page.click("main .button");
  await page.waitForSelector("[data-testid=recovery]");
  const codes = await page.$$eval("[data-testid=recovery] code", (items) => items.map((item) => item.textContent));
  assert.equal(codes.length, 10);
  await sound(page, "phone-me-recovery");
  await follow(page, "main .button");
  await sound(page, "phone-me-on");
  await page.goto(at("/admin/people"));
  await page.click("summary:has-text('New link')");
  await sound(page, "phone-people-second");

  const other = await open(t, PHONE);
  const password = async () => {
    await other.goto(at("/admin/login"));
    await other.fill("[name=password]", PASSWORD);
    await other.click("main button");
    await other.waitForURL(/login\/code/);
  };
  await password();
  for (const language of ["ru", "uz", "en"]) {
    await speak(other, language);
    await sound(other, `phone-${language}-code`);
  }
  // The code of now has turned it on; a phone whose clock is half a minute ahead shows the next one.
  await other.fill("[name=code] >> nth=0", codeOf(secret, 1));
  await other.click("main button >> nth=0");
  await other.waitForURL(at("/admin"));
  await other.click(".leave button");
  await other.waitForURL(/login/);
  await password();
  await other.click("summary:has-text('No phone at hand?')");
  await sound(other, "phone-code-lost");
  await other.fill("[name=code] >> nth=1", codes[0].toLowerCase());
  await other.click("main button >> nth=1");
  await other.waitForURL(at("/admin"));
  await other.goto(at("/admin/me"));
  assert.match(await other.textContent("main"), /Recovery codes left: 9/);
  await other.click("summary:has-text('Turn it off')");
  await other.fill("[name=own_password]", PASSWORD);
  await other.fill("[name=code]", codes[1]);
  await other.click("form[action$=off] button");
  await other.waitForURL(/done=second_off/);
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
  await enter(page, scene.booth);
  const before = await page.textContent("[data-testid=taken]");
  // Somebody reads the table by keyboard meanwhile: that does not stop it.
  await page.focus(".scrolls");
  const number = await paidByClick(t);
  // It comes by itself.
  await page.waitForFunction((old) => document.querySelector("[data-testid=taken]").textContent !== old, before);
  assert.equal(await page.evaluate(() => document.activeElement.className), "scrolls");
  await follow(page, "text=All figures of the day");
  assert.equal(await page.locator(".chart rect").count(), 1);
  for (const [kind, first] of [["table.csv", "\uFEFFhour;"], ["payments.csv", "\uFEFFOrder;"], ["payments.xlsx", "PK"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[href*='${kind}']`)]);
    assert.ok((await readFile(await download.path(), "utf8")).startsWith(first), kind);
  }
  await sound(page, "phone-figures");
  await follow(page, "text=Orders");
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
    await speak(page, language);
    await sound(page, `phone-${language}-call`);
  }
  assert.match(await page.textContent("pre"), new RegExp(number));
  assert.match(await page.textContent("pre"), /sign_string=\*+/);
  // It is judged again: the payment is done meanwhile, so the first call would not begin it any more.
  await follow(page, "[data-testid=again]");
  for (const language of ["ru", "uz", "en"]) {
    await speak(page, language);
    await sound(page, `phone-${language}-again`);
  }
  assert.equal(await page.getAttribute("[data-testid=rule-state]", "data-standing"), "bad");
  assert.equal(await page.textContent("[data-testid=code-then]"), "0");
  // Paid, or given back already.
  assert.match(await page.textContent("[data-testid=code-now]"), /^-[49]$/);
  await page.goto(at("/admin/why"));
  await sound(page, "phone-why-after-a-payment");
  assert.match(await page.textContent("[data-testid=q-webhook]"), /Click: calls arrive/);
  await page.click("text=Ask the address again");
  await page.waitForURL(/done=reach_here/);
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
  await enter(page, scene.booth);
  const { kiosk, number } = await waiting(t);
  await page.goto(at(`/admin/orders/${number}`));
  const price = (await page.textContent(".facts dd")).replace(/\D/g, "");
  const compare = async (text) => {
    await page.goto(at("/admin/books"));
    await page.selectOption("[name=wallet]", "payme");
    await page.setInputFiles("[name=file]", { name: "payme.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await follow(page, "form[enctype] button");
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
