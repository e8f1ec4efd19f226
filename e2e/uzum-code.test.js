// Uzum's Dynamic QR at the booth: Uzum makes a code for each order, the screen shows it, and whoever pays it gets the print. In
// production mode, with a stand-in of Uzum's own API.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import readCode from "jsqr";
import { PNG } from "pngjs";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { layoutFaults } from "./support/layout.js";

/** The codes that were made, with their status; and what becomes of the wish for a new one: made, refused, or no answer. */
const codes = new Map();
let wish = "made";

const answers = {
  create({ order_id }) {
    if (wish === "refused") return { error_code: 503, error_message: "service" };
    codes.set(order_id, "CREATED");
    return { error_code: 0, payment_link: `https://qr.example/${order_id}` };
  },
  "status-by-order": ({ order_id }) => ({ error_code: 0, payment_id: `pay-${order_id}`, payment_status: codes.get(order_id) }),
  "cancel-order"({ order_id }) {
    if (codes.get(order_id) === "SUCCESS") return { error_code: 400, error_message: "this.order.has.already.be.paid.for" };
    codes.set(order_id, "CANCELLED");
    return { error_code: 0, payment_id: order_id, payment_status: "CANCELLED" };
  },
};

const uzum = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (wish === "silence" && request.url.endsWith("/create")) return;
  const answer = answers[request.url.split("/").at(-1)](JSON.parse(body));
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
});

after(() => {
  uzum.close();
  uzum.closeAllConnections();
});

const scene = setUp(async () => {
  await once(uzum.listen(0, "127.0.0.1"), "listening");
  return startServer({
    BOOTHPAY_PAYME_KEY: "k:ey&@?#%^=$!-of-36-characters-xxxxx",
    BOOTHPAY_PAYME_MERCHANT_ID: "670a6af1a048b8a82254e446",
    BOOTHPAY_UZUM_QR_SERVICE_ID: "498614",
    BOOTHPAY_UZUM_QR_USER_ID: "till-1",
    BOOTHPAY_UZUM_QR_SECRET_KEY: "a-secret-of-uzums-for-tests",
    BOOTHPAY_UZUM_QR_API: `http://127.0.0.1:${uzum.address().port}`,
  });
});

const open = (t, more) => openKiosk(t, scene, { wallets: null, expected: ["401 (Unauthorized)"], ...more });

async function choose(kiosk) {
  await kiosk.page.waitForFunction(() => document.body.dataset.access === "paired");
  await kiosk.press("start-button");
  await kiosk.press("copies-pay");
  await kiosk.screen("method");
  await kiosk.says("method-uzum_qr", "Uzum");
  assert.deepEqual(await layoutFaults(kiosk.page), []);
  await kiosk.press("method-uzum_qr");
}

/** What the code on the screen says. */
async function read(kiosk) {
  await kiosk.phase("waiting");
  await kiosk.part("qr").waitFor();
  assert.deepEqual(await layoutFaults(kiosk.page), []);
  // With the white around it, which a reader needs.
  const clip = await kiosk.part("code-card").boundingBox();
  const picture = PNG.sync.read(await kiosk.page.screenshot({ clip }));
  return readCode(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
}

const codeOf = (number) => [...codes.keys()].find((id) => id.startsWith(`${number}-`));

test("the screen shows Uzum's own code, and its payment gives the print", async (t) => {
  const kiosk = await open(t);
  await choose(kiosk);
  const said = await read(kiosk);
  const number = await kiosk.number();
  assert.equal(said, `https://qr.example/${codeOf(number)}`);
  if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/uzum-code.png` });
  codes.set(codeOf(number), "SUCCESS");
  await kiosk.knowsOfPayment();
  assert.match(await kiosk.page.evaluate(() => document.body.dataset.screen), /paid|printing|thanks/);
});

test("who takes another wallet does not wait for Uzum, and the code is made void", async (t) => {
  const kiosk = await open(t);
  await choose(kiosk);
  await read(kiosk);
  const code = codeOf(await kiosk.number());
  await kiosk.press("other-method");
  await kiosk.screen("method");
  await kiosk.press("method-payme");
  await kiosk.phase("waiting");
  for (const until = Date.now() + 20_000; codes.get(code) !== "CANCELLED"; ) {
    assert.ok(Date.now() < until, "the code can still be paid");
    await new Promise((done) => setTimeout(done, 100));
  }
});

for (const failing of ["refused", "silence"]) {
  test(`where Uzum makes no code (${failing}), the customer is told so, and pays by another wallet or tries again`, async (t) => {
    wish = failing;
    t.after(() => (wish = "made"));
    const kiosk = await open(t, { expected: ["401 (Unauthorized)", "503 (Service Unavailable)"] });
    await choose(kiosk);
    await kiosk.part("trouble-again").waitFor();
    await kiosk.says("trouble-title", "Uzum не дал код");
    await kiosk.says("trouble-text", "Выберите другой способ оплаты");
    assert.ok(await kiosk.part("trouble-home").isHidden());
    assert.deepEqual(await layoutFaults(kiosk.page), []);
    if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/uzum-${failing}.png` });
    if (failing === "silence") {
      await kiosk.press("trouble-other");
      await kiosk.press("method-payme");
      await kiosk.phase("waiting");
      await kiosk.says("step-open", "Payme");
      return;
    }
    wish = "made";
    await kiosk.press("trouble-again");
    const said = await read(kiosk);
    assert.equal(said, `https://qr.example/${codeOf(await kiosk.number())}`);
  });
}

test("a code that Uzum ends leaves the screen, and the customer takes a new one or another wallet", async (t) => {
  t.after(() => (wish = "made"));
  const kiosk = await open(t, { expected: ["401 (Unauthorized)", "503 (Service Unavailable)"] });
  await choose(kiosk);
  await read(kiosk);
  const number = await kiosk.number();
  const first = codeOf(number);
  codes.set(first, "FAILED");
  await kiosk.phase("expired");
  await kiosk.says("message-title", "Код больше не действует");
  await kiosk.press("new-code");
  const said = await read(kiosk);
  const second = [...codes.keys()].find((id) => id.startsWith(`${number}-`) && id !== first);
  assert.equal(said, `https://qr.example/${second}`);
  codes.set(second, "FAILED");
  await kiosk.phase("expired");
  wish = "refused";
  await kiosk.press("new-code");
  await kiosk.press("trouble-other");
  await kiosk.screen("method");
  await kiosk.press("method-payme");
  await kiosk.phase("waiting");
});
