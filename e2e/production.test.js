// In production the booth's screen on the server's own computer sells without being set up, and a page of another origin in
// the same browser changes nothing, unless the settings name it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";

const PRODUCTION = {
  BOOTHPAY_PAYME_KEY: "k:ey&@?#%^=$!-of-36-characters-xxxxx",
  BOOTHPAY_PAYME_MERCHANT_ID: "670a6af1a048b8a82254e446",
};

const page = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<title>a page</title>"));
let origin;

before(async () => {
  await once(page.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${page.address().port}`;
});
after(() => page.close());

const scene = setUp(() => startServer(PRODUCTION));

test("a browser on the server's computer is the booth's, also after the server was started again", async (t) => {
  const kiosk = await openKiosk(t, scene, { expected: ["401 (Unauthorized)"] });
  await kiosk.page.waitForFunction(() => document.body.dataset.access === "paired");
  const [cookie] = await kiosk.page.context().cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
  const first = await kiosk.order();
  await kiosk.press("cancel");
  await kiosk.screen("ended");
  await kiosk.press("ended-home");

  await scene.booth.change(PRODUCTION);
  assert.notEqual(await kiosk.order(), first);
});

/** What a page sends by every way it has; how often the server let it read an answer. */
async function attack(url) {
  const order = (order_id) => JSON.stringify({ order_id, paymentType: "payme", amount: 1 });
  const json = { "Content-Type": "application/json", "Cache-Control": "no-cache", "ngrok-skip-browser-warning": "1" };
  const tries = [
    { method: "POST", credentials: "include", headers: json, body: order("by-json") },
    { method: "POST", credentials: "include", mode: "no-cors", body: order("by-text") },
  ];
  const sent = await Promise.allSettled(tries.map((how) => fetch(`${url}api/generate-qr`, how)));
  navigator.sendBeacon(`${url}api/generate-qr`, order("by-beacon"));
  const form = document.body.appendChild(document.createElement("form"));
  Object.assign(form, { method: "POST", action: `${url}api/generate-qr`, enctype: "text/plain", target: "frame" });
  form.appendChild(Object.assign(document.createElement("input"), { name: order("by-form").slice(0, -1), value: "}" }));
  document.body.appendChild(Object.assign(document.createElement("iframe"), { name: "frame" }));
  form.submit();
  return sent.map(({ value }) => value?.ok ?? false);
}

const known = async (id) => (await fetch(new URL(`/api/payment-status/${id}`, scene.booth.url))).status === 200;

test("a page of another origin changes nothing, and the owner's own page works once it is named", async (t) => {
  const context = await scene.browser.newContext();
  t.after(() => context.close());
  const tab = await context.newPage();
  // The booth's cookie is in this browser too.
  await tab.goto(scene.booth.url);
  await tab.waitForFunction(() => document.body.dataset.access === "paired");

  await tab.goto(origin);
  assert.deepEqual(await tab.evaluate(attack, scene.booth.url), [false, false]);
  await tab.waitForTimeout(300);
  for (const id of ["by-json", "by-text", "by-beacon", "by-form"]) assert.equal(await known(id), false, id);

  await scene.booth.change({ ...PRODUCTION, BOOTHPAY_CORS_ORIGINS: origin });
  assert.deepEqual(await tab.evaluate(attack, scene.booth.url), [true, false]);
  assert.equal(await known("by-json"), true);
  for (const id of ["by-text", "by-beacon", "by-form"]) assert.equal(await known(id), false, id);
});

test("a screen on another computer asks for the code, and sells once it has it", async (t) => {
  // As behind a proxy: the browser is not on the server's computer.
  const headers = { "X-Forwarded-For": "203.0.113.9" };
  const kiosk = await openKiosk(t, scene, { headers, first: "pair", expected: ["401 (Unauthorized)"] });
  const type = async (code) => {
    for (const character of code.replaceAll(" ", "")) await kiosk.press(`pair-key-${character}`);
    await kiosk.press("pair-check");
  };
  await kiosk.screen("pair");
  await type("23456789");
  await kiosk.page.locator("[data-testid=pair-answer][data-answer=wrong]").waitFor();
  for (let n = 0; n < 8; n += 1) await kiosk.press("pair-key-erase");
  const [, code] = /^Code: (.*)$/m.exec(await scene.booth.command("booth", "pair", "hall"));
  await type(code);
  await kiosk.screen("start");
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const { screens } = JSON.parse(await scene.booth.command("booth", "list"));
  assert.deepEqual(screens.map(({ name }) => name), ["hall"]);

  await scene.booth.command("booth", "unpair", "hall");
  await kiosk.page.reload();
  await kiosk.screen("payment");
  const made = await kiosk.page.evaluate(async () => {
    const body = JSON.stringify({ copies: 1, paymentType: "payme" });
    return (await fetch("/api/booth/orders", { method: "POST", headers: { "Content-Type": "application/json" }, body })).status;
  });
  assert.equal(made, 401);
});
