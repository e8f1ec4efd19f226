// The code by which a customer takes the picture home: also when the prints were out before the page asked, and after a reload; for
// nobody else.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { CAMERA, phase, runTo, toReview } from "./support/camera.js";

const scene = setUp(
  () =>
    startServer({
      BOOTHPAY_PHOTOS_SOURCE: "boothpay",
      BOOTHPAY_PHOTOS_PUBLIC_ADDRESS: "https://booth.example.uz",
      BOOTHPAY_PRINTS_BY: "own program",
      BOOTHPAY_DEVELOPMENT_CHECKOUT: "http://127.0.0.1:9/checkout",
    }),
  CAMERA,
);

const post = (path, body) =>
  fetch(new URL(path, scene.booth.url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** The owner's program is done at once: before the page has shown its tick. */
async function printAtOnce() {
  const answer = await fetch(new URL("/api/prints/next?wait=30", scene.booth.url));
  const { job } = await answer.json();
  assert.equal((await post(`/api/prints/${job}`, { result: "printed" })).status, 200);
}

/** From the start to the thanks; the number and the session of who stands there. */
async function toThanks(kiosk) {
  await toReview(kiosk);
  await kiosk.press("review-next");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const number = await kiosk.number();
  const { session } = await kiosk.page.evaluate(() => JSON.parse(localStorage.getItem("boothpay.order")));
  await kiosk.payWithoutApp(number);
  await printAtOnce();
  await runTo(kiosk, "thanks");
  return { number, session };
}

test("the code is there when the prints were out first, after a reload too, and for nobody else", async (t) => {
  const kiosk = await openKiosk(t, scene);
  const { number, session } = await toThanks(kiosk);
  await kiosk.part("take-home-code").waitFor();
  await kiosk.page.reload();
  await runTo(kiosk, "thanks");
  await kiosk.part("take-home-code").waitFor();

  const page = "page-of-the-next-customer";
  for (const proof of [{}, { session: "0".repeat(session.length) }]) {
    const refused = await post(`/api/booth/orders/${number}/print`, { page, ...proof });
    assert.equal(refused.status, 409);
    assert.ok(!(await refused.text()).includes("data:image"), "nothing of him");
  }
  await kiosk.press("thanks-leave");
  await kiosk.screen("start");
  assert.equal(await kiosk.page.evaluate(() => localStorage.getItem("boothpay.order")), null);
  await kiosk.page.reload();
  await kiosk.screen("start");
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.says("claim-answer", "уже напечатаны");
});

test("the thanks wait a little for a slow answer with the code, and not for ever", async (t) => {
  for (const comes of [true, false]) {
    const kiosk = await openKiosk(t, scene);
    let letGo;
    const held = new Promise((done) => (letGo = done));
    await kiosk.page.route("**/print", (route) => held.then(() => route.continue()));
    await toReview(kiosk);
    await kiosk.press("review-next");
    await kiosk.press("copies-pay");
    await kiosk.phase("waiting");
    await kiosk.payWithoutApp(await kiosk.number());
    await printAtOnce();
    await runTo(kiosk, "printing");
    await kiosk.says("printing-text", "Готово");
    await kiosk.page.clock.runFor(5_000);
    await kiosk.screen("printing");
    if (comes) letGo();
    await runTo(kiosk, "thanks");
    assert.equal(await kiosk.part("take-home-code").isVisible(), comes);
    letGo();
    await kiosk.page.close();
  }
});

test("who points at the code keeps it; nobody there is asked before it goes", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toThanks(kiosk);
  await kiosk.press("take-home-code");
  await kiosk.wait(55);
  await kiosk.part("take-home-code").waitFor();
  await kiosk.press("take-home");
  await kiosk.wait(61);
  await kiosk.press("idle-stay");
  await kiosk.part("take-home-code").waitFor();
  await kiosk.wait(61);
  await kiosk.part("idle-stay").waitFor();
  await kiosk.wait(21);
  await kiosk.screen("start");
});
