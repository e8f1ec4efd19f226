// The booth's page where the owner's own program prints: how far it is, the question, the number to keep, and the claim.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, PORTRAIT, setUp } from "./support/browser.js";
import { fitsEverywhere } from "./support/layout.js";

const scene = setUp(() =>
  startServer({ BOOTHPAY_PRINTS_BY: "own program", BOOTHPAY_DEVELOPMENT_CHECKOUT: "http://127.0.0.1:9/checkout" }),
);

const ask = async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  const call = body ? { method: "POST", headers, body: JSON.stringify(body) } : {};
  const answer = await fetch(new URL(path, scene.booth.url), call);
  return answer.status === 204 ? null : answer.json();
};

/** The owner's program takes the next job. */
const takeJob = () => ask("/api/prints/next?wait=30");
const say = ({ job }, result) => ask(`/api/prints/${job}`, result);

/** Looks at what is on the screen, where somebody asked to see it. */
async function look(kiosk, name) {
  const folder = process.env.E2E_PICTURES;
  if (folder) await kiosk.page.screenshot({ path: `${folder}/prints-${name}.png` });
}

/** From the start to the printing, in the page's own time. */
async function toPrinting(kiosk, copies) {
  const number = await kiosk.order(copies);
  await kiosk.payWithoutApp(number);
  await kiosk.knowsOfPayment();
  await kiosk.wait(3);
  await kiosk.screen("printing");
  return number;
}

test("the screen says how far the prints are, and prints nothing itself", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toPrinting(kiosk, 2);
  await kiosk.says("printing-text", "Ваши фото ждут принтера");
  const job = await takeJob();
  await kiosk.says("printing-text", "Печатается 1 из 2");
  await say(job, { result: "printing", copies: 1 });
  await kiosk.says("printing-text", "Печатается 2 из 2");
  await look(kiosk, "progress");
  await say(job, { result: "printed" });
  await kiosk.says("printing-text", "Готово");
  await kiosk.wait(5);
  await kiosk.screen("thanks");
  assert.deepEqual(await kiosk.page.evaluate(() => window.receipts), []);
});

test("where nobody knows, the customer is asked; a second failure leaves a number to keep, which is a claim", async (t) => {
  const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT });
  const number = await toPrinting(kiosk, 1);
  await say(await takeJob(), { result: "unknown", why: "silence" });
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await look(kiosk, "question-portrait");
  await kiosk.press("came-out-no");
  const second = await takeJob();
  await kiosk.says("printing-text", "Печатается 1 из 1");
  await say(second, { result: "failed", why: "jam" });
  await kiosk.screen("ended");
  await kiosk.says("ended-title", "Мы должны вам фото");
  assert.equal((await kiosk.text("ended-order")).replace(/\s/g, ""), number);
  await kiosk.part("ended-code").waitFor();
  await fitsEverywhere(kiosk.page, "owed");
  await kiosk.press("ended-home");

  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.screen("printing");
  await say(await takeJob(), { result: "printed" });
  await kiosk.says("printing-text", "Готово");
  await kiosk.wait(5);
  await kiosk.screen("thanks");
});

test("of several copies the customer says how many he has, and gets the others", async (t) => {
  for (const viewport of [PORTRAIT, { width: 1024, height: 768 }]) {
    const kiosk = await openKiosk(t, scene, { viewport });
    await toPrinting(kiosk, 4);
    await say(await takeJob(), { result: "unknown", copies: 1, why: "silence" });
    await kiosk.says("printing-text", "сколько из 4 вышло");
    const buttons = () => kiosk.page.$$eval('[data-testid="came-out"] button', (all) => all.map((it) => it.textContent));
    assert.deepEqual(await buttons(), ["Только 1", "Только 2", "Только 3", "Да, все"]);
    await look(kiosk, `how-many-${viewport.width}`);
    await kiosk.press("came-out-2");
    const job = await takeJob();
    assert.equal(job.copies, 2);
    await say(job, { result: "printed" });
    await kiosk.says("printing-text", "Готово");
    await kiosk.page.close();
  }
});

test("a page that is loaded again shows the same prints", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toPrinting(kiosk, 1);
  const job = await takeJob();
  await kiosk.says("printing-text", "Печатается 1 из 1");
  await kiosk.speak("en");
  await kiosk.page.reload();
  await kiosk.screen("printing");
  assert.equal(await kiosk.language(), "en");
  await kiosk.speak("ru");
  await kiosk.says("printing-text", "Печатается 1 из 1");
  await say(job, { result: "unknown" });
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await kiosk.press("came-out-yes");
  await kiosk.says("printing-text", "Готово");
});

for (const zone of ["Etc/UTC", "Pacific/Auckland"]) {
  test(`a claim outlives a reload for the rest of its time, and says its last day as it is at the booth: in ${zone}`, async (t) => {
    const kiosk = await openKiosk(t, scene, { zone });
    const number = await toPrinting(kiosk, 1);
    const job = await takeJob();
    await kiosk.pretend({ print: { state: "claim", copies_printed: 0, claim_until: Date.UTC(2030, 11, 14, 20) } });
    const isThere = async () => {
      await kiosk.screen("ended");
      await kiosk.says("ended-title", "Мы должны вам фото");
      assert.equal((await kiosk.text("ended-order")).replace(/\s/g, ""), number);
      assert.match(await kiosk.text("ended-text"), /15\.12\.2030/);
      await kiosk.part("ended-code").waitFor();
    };
    await isThere();
    await kiosk.wait(50);
    await kiosk.page.reload();
    await isThere();
    const kept = await kiosk.page.evaluate(() => localStorage.getItem("boothpay.order"));
    await kiosk.wait(41);
    await kiosk.screen("start");
    await kiosk.page.evaluate((late) => localStorage.setItem("boothpay.order", late), kept);
    await kiosk.page.reload();
    await kiosk.screen("start");
    await say(job, { result: "printed" });
  });
}

test("who does not answer the question keeps the number, and is promised no day", async (t) => {
  const kiosk = await openKiosk(t, scene);
  const number = await toPrinting(kiosk, 1);
  await say(await takeJob(), { result: "unknown" });
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await kiosk.wait(61);
  await kiosk.screen("ended");
  await kiosk.says("ended-title", "Все ли фото вышли?");
  assert.equal((await kiosk.text("ended-order")).replace(/\s/g, ""), number);
  assert.doesNotMatch(await kiosk.text("ended-text"), /\d\d\.\d\d\.\d{4}/);
});

test("the question has its whole time, however long the printer was silent before, and once more after an answer", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toPrinting(kiosk, 1);
  await kiosk.says("printing-text", "Ваши фото ждут принтера");
  await kiosk.pretend({ print: { state: "stuck", copies_printed: 0 } });
  await kiosk.says("printing-title", "Принтер не отвечает");
  await kiosk.wait(300);
  await kiosk.screen("printing");
  await kiosk.pretend({});
  await say(await takeJob(), { result: "unknown" });
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await kiosk.wait(50);
  await kiosk.screen("printing");
  await kiosk.press("came-out-no");
  const second = await takeJob();
  await kiosk.says("printing-text", "Печатается 1 из 1");
  await say(second, { result: "unknown" });
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await kiosk.wait(50);
  await kiosk.screen("printing");
  await kiosk.says("printing-title", "Ваши фото вышли?");
  await kiosk.wait(11);
  await kiosk.screen("ended");
});

test("a screen whose printer stays silent is free again at last, and leaves the number", async (t) => {
  const kiosk = await openKiosk(t, scene);
  const number = await toPrinting(kiosk, 1);
  const job = await takeJob();
  await kiosk.says("printing-text", "Печатается 1 из 1");
  await kiosk.pretend({ print: { state: "stuck", copies_printed: 0 } });
  await kiosk.says("printing-title", "Принтер не отвечает");
  await kiosk.wait(601);
  await kiosk.screen("ended");
  assert.equal((await kiosk.text("ended-order")).replace(/\s/g, ""), number);
  await say(job, { result: "printed" });
});

test("a printer that has stopped is not told as silent, and an answer that nobody heard can be given again", async (t) => {
  const kiosk = await openKiosk(t, scene, { expected: ["503"] });
  await toPrinting(kiosk, 1);
  const job = await takeJob();
  await kiosk.page.route("**/api/booth/ready", (route) => route.fulfill({ json: { ready: false, closed: "jam" } }));
  await kiosk.pretend({ print: { state: "stuck", copies_printed: 0 } });
  await kiosk.wait(6);
  await kiosk.says("printing-title", "Принтер остановился");
  await kiosk.pretend({});
  await say(job, { result: "unknown" });
  await kiosk.says("printing-text", "Принтер остановился");
  await look(kiosk, "question-stopped");
  await kiosk.page.unroute("**/api/booth/ready");
  await kiosk.wait(6);
  await kiosk.says("printing-text", "Принтер об этом не сообщает");
  await kiosk.page.route("**/came-out", (route) => route.fulfill({ status: 503, json: {} }));
  await kiosk.press("came-out-yes");
  await kiosk.says("printing-text", "Нет связи");
  await kiosk.page.unroute("**/came-out");
  await kiosk.press("came-out-yes");
  await kiosk.says("printing-text", "Готово");
});
