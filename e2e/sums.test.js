// What an owner reads with his eyes: sums of eight digits on a phone, where no column may be out of sight, and a long word in somebody's
// note on a desktop, which may not take the other columns' place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { setUp } from "./support/browser.js";
import { DESKTOP, enter, follow, PHONE, sound, speak } from "./support/panel.js";

const PRICE = 22_500_000;
const LANGUAGES = ["ru", "uz", "en"];

const scene = setUp(() => startServer({ BOOTHPAY_BOOTH_BASE_PRICE: String(PRICE) }));

const at = (path) => new URL(path, scene.booth.url).href;

/** The owner in a browser of his own. */
async function owner(t, viewport) {
  const context = await scene.browser.newContext({ viewport, locale: "en", hasTouch: viewport === PHONE });
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  return page;
}

/** An order that was paid, without money; its id. */
async function paid() {
  const headers = { "content-type": "application/json" };
  const made = await fetch(at("/api/booth/orders"), { method: "POST", headers, body: JSON.stringify({ copies: 1, paymentType: "payme" }) });
  const { order_id: id } = await made.json();
  const answer = await fetch(at(`/api/test-payment/${id}`), { method: "POST" });
  assert.equal(answer.status, 200, await answer.text());
  return id;
}

/** Yesterday, and the days before, were as good as today. */
function asGood() {
  const sum = "22\u00a0500\u00a0000";
  for (const row of document.querySelectorAll(".pairs tbody tr")) {
    [sum, "1\u00a0250", sum, "1\u00a0250"].forEach((text, place) => (row.querySelectorAll("td")[place].textContent = text));
  }
  for (const row of document.querySelectorAll(".stacks:not(.pairs) tbody tr")) {
    ["1\u00a0250", sum, sum].forEach((text, place) => (row.querySelectorAll("td")[place].textContent = text));
  }
}

/** The cells that are not whole within the tables that scroll, and those whose words are longer than they. */
function outOfSight() {
  const cells = [...document.querySelectorAll(".scrolls th, .scrolls td")].filter((cell) => cell.getBoundingClientRect().right > 0);
  const isHidden = (cell) => {
    const edge = cell.closest(".scrolls").getBoundingClientRect();
    const box = cell.getBoundingClientRect();
    return box.right > edge.right + 1 || box.left < edge.left - 1 || cell.scrollWidth > cell.clientWidth + 1;
  };
  return cells.filter(isHidden).map((cell) => `${cell.textContent} at ${cell.getBoundingClientRect().left}`);
}

/** Words that lie over each other. */
function overlaps() {
  const cells = [...document.querySelectorAll(".stacks tr > *")].map((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return { text: cell.textContent, box: range.getBoundingClientRect() };
  });
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  const pairs = cells.flatMap((one, place) => cells.slice(place + 1).map((other) => [one, other]));
  return pairs.filter(([one, other]) => one.box.width && other.box.width && meet(one.box, other.box)).map((pair) => pair.map(({ text }) => text));
}

test("sums of eight digits are whole on a phone, beside those of the day before", async (t) => {
  await paid();
  const page = await owner(t, PHONE);
  for (const language of LANGUAGES) {
    await speak(page, language);
    for (const path of ["/admin", "/admin/figures"]) {
      await page.goto(at(path));
      assert.match(await page.textContent(".numbers"), /22.500.000/, path);
      await page.evaluate(asGood);
      assert.deepEqual(await page.evaluate(outOfSight), [], `${language} ${path}`);
      assert.deepEqual(await page.evaluate(overlaps), [], `${language} ${path}`);
      await sound(page, `phone-${language}-sums${path.replaceAll("/", "-")}`);
    }
  }
});

test("the days of a statement are whole on a phone, with what each comes to", async (t) => {
  const page = await owner(t, PHONE);
  const row = (n) => `5305e3bab097f420a62ced${n};order-of-somebody-with-a-long-name-${n};${new Date().toISOString()};${PRICE};paid`;
  const text = `ID транзакции;Заказ;Дата;Сумма;Статус\n${[10, 11, 12, 13].map(row).join("\n")}\n`;
  await page.goto(at("/admin/books"));
  await page.selectOption("[name=wallet]", "payme");
  await page.setInputFiles("[name=file]", { name: "payme.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await follow(page, "form[enctype] button");
  for (const language of LANGUAGES) {
    await speak(page, language);
    await page.goto(at("/admin/books"));
    assert.match(await page.textContent(".days tbody"), /90.000.000 \(4\)/);
    assert.deepEqual(await page.evaluate(outOfSight), [], language);
    await sound(page, `phone-${language}-sums-books`);
  }
  await page.setViewportSize(DESKTOP);
  await page.goto(at("/admin/books"));
  await sound(page, "desktop-sums-books");
});

test("a long word in a note leaves the other columns of the actions their words", async (t) => {
  const id = await paid();
  const page = await owner(t, DESKTOP);
  await page.goto(at(`/admin/orders/${id}`));
  await page.fill("[name=note]", "w".repeat(300));
  await follow(page, "form[action$=note] button");
  await sound(page, "desktop-order-long-word");
  for (const language of LANGUAGES) {
    await speak(page, language);
    await page.goto(at("/admin/audit"));
    const widths = await page.$$eval(".cards tbody td", (cells) => cells.map((cell) => cell.getBoundingClientRect().width));
    assert.ok(Math.min(...widths) > 95, `${language}: a column of ${Math.min(...widths)} px`);
    assert.deepEqual(await page.evaluate(outOfSight), [], language);
    await sound(page, `desktop-${language}-audit-long-word`);
  }
  await page.setViewportSize(PHONE);
  await page.goto(at("/admin/audit"));
  assert.deepEqual(await page.evaluate(outOfSight), []);
  await sound(page, "phone-audit-long-word");
});
