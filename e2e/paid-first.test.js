// Customers who pay before their pictures are taken, with Chromium's fake camera: the whole way, and that nobody has paid for nothing who
// reloads, goes away, or finds the camera lost.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";

import { startBooth, startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { CAMERA, loseCamera, lowerTheCamera, phase, reviewed, runTo } from "./support/camera.js";
import { layoutFaults } from "./support/layout.js";

const LANGUAGES = ["uz", "en", "ru"];
const SIZES = ["1080x1920", "1920x1080", "1366x768", "1024x768"];

// The demonstration prints by itself; the other booth's page prints by its browser.
const scene = setUp(() => startBooth(["--camera", "--pay-first"]), CAMERA);
const browser = setUp(() => startServer({ BOOTHPAY_PHOTOS_SOURCE: "boothpay", BOOTHPAY_PHOTOS_PAY: "first" }), CAMERA);

async function open(t, options = {}, at = scene) {
  const kiosk = await openKiosk(t, at, options);
  await kiosk.page.evaluate(lowerTheCamera);
  return kiosk;
}

/** From the start to the code: no camera is seen before. */
async function order(kiosk, layout, copies = 1) {
  await kiosk.press("start-button");
  await kiosk.press(`layout-${layout}`);
  await kiosk.screen("copies");
  for (let n = 1; n < copies; n += 1) await kiosk.press("copies-plus");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  return kiosk.number();
}

async function payAndShoot(kiosk, layout, copies) {
  const number = await order(kiosk, layout, copies);
  await kiosk.payWithoutApp(number);
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  return number;
}

async function shoot(kiosk) {
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
  await reviewed(kiosk);
}

const sheets = async () => (await readdir(join(scene.booth.folder, "prints")).catch(() => [])).length;

const owed = async (number) => {
  const { out } = await scene.booth.command("order", "list", "--owed");
  return out.includes(number);
};

test("layout, copies, payment, and then the pictures, the print and the code to take it home", async (t) => {
  const kiosk = await open(t);
  const before = await sheets();
  const number = await payAndShoot(kiosk, "strip", 2);
  await kiosk.says("shoot-order", new RegExp(number.slice(0, 4)));
  await shoot(kiosk);
  await kiosk.press("look-bw");
  await kiosk.page.locator("[data-testid=look-bw][aria-pressed=true]").waitFor();
  await reviewed(kiosk);
  await kiosk.press("review-next");
  await kiosk.screen("printing");
  await runTo(kiosk, "thanks");
  await kiosk.part("take-home-code").waitFor();
  assert.equal((await sheets()) - before, 2, "as many as were paid");
  assert.equal((await kiosk.snapshot(number)).print.state, "printed");
});

test("a reload after the payment leads back to the camera, and one after the shots to the print; retakes stay counted", async (t) => {
  const kiosk = await open(t);
  const before = await sheets();
  const number = await payAndShoot(kiosk, "single");
  const again = async () => {
    await kiosk.page.reload();
    await kiosk.page.evaluate(lowerTheCamera);
  };
  await again();
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  await shoot(kiosk);
  for (let n = 0; n < 2; n += 1) {
    await kiosk.press("review-retake");
    await runTo(kiosk, "shoot");
    await phase(kiosk, "ready");
    await shoot(kiosk);
    await again();
    await runTo(kiosk, "review");
    await reviewed(kiosk);
  }
  assert.equal(await kiosk.part("review-retake").getAttribute("aria-disabled"), "true", "the page was loaded anew, and the server counts");
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  assert.equal((await sheets()) - before, 1);
  assert.equal((await kiosk.snapshot(number)).print.state, "printed");
});

test("a reload of the thanks finds the code again, also of pictures that were taken anew, and the language that was chosen since", async (t) => {
  const kiosk = await open(t);
  await payAndShoot(kiosk, "single");
  const since = () => kiosk.page.evaluate(() => JSON.parse(localStorage.getItem("boothpay.order")).at);
  const before = await since();
  await kiosk.speak("uz");
  assert.equal(await since(), before, "its time does not begin anew");
  await kiosk.page.reload();
  await kiosk.page.evaluate(lowerTheCamera);
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  assert.equal(await kiosk.language(), "uz");
  await shoot(kiosk);
  await kiosk.press("review-retake");
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  await shoot(kiosk);
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  await kiosk.part("take-home-code").waitFor();
  await kiosk.page.reload();
  await runTo(kiosk, "thanks");
  await kiosk.part("take-home-code").waitFor();
  assert.equal(await kiosk.language(), "uz");
});

test("a server that ends after the payment has forgotten nothing", async (t) => {
  const kiosk = await open(t);
  const before = await sheets();
  const number = await payAndShoot(kiosk, "single");
  await scene.booth.stop();
  await scene.booth.start();
  await kiosk.page.reload();
  await kiosk.page.evaluate(lowerTheCamera);
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  assert.equal((await kiosk.snapshot(number)).print.state, "shots");
  await shoot(kiosk);
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  assert.equal((await sheets()) - before, 1);
});

test("who goes away has a claim, the owner sees it, and the number leads to the camera, once", async (t) => {
  const kiosk = await open(t, { expected: ["409"] });
  const before = await sheets();
  const number = await payAndShoot(kiosk, "single");
  assert.equal(await owed(number), false, "its customer stands there");
  await kiosk.wait(61);
  await kiosk.part("idle-stay").waitFor();
  await kiosk.wait(21);
  await kiosk.screen("ended");
  await kiosk.says("ended-order", new RegExp(number.slice(0, 4)));
  assert.equal((await kiosk.snapshot(number)).print.state, "claim");
  assert.equal(await owed(number), true);
  await kiosk.page.reload();
  await kiosk.screen("ended");
  await kiosk.says("ended-order", new RegExp(number.slice(0, 4)));
  await kiosk.page.evaluate(lowerTheCamera);
  await kiosk.press("ended-home");

  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await runTo(kiosk, "shoot");
  await phase(kiosk, "ready");
  await shoot(kiosk);
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  assert.equal((await sheets()) - before, 1);
  assert.equal(await owed(number), false);
  await kiosk.press("thanks-leave");
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.says("claim-answer", /\S/);
  await kiosk.screen("claim");
  assert.equal((await sheets()) - before, 1, "one payment, one set of prints");
});

test("of two screens before the camera with one order, the other leaves when one has it printed", async (t) => {
  const kiosk = await open(t);
  const before = await sheets();
  const number = await payAndShoot(kiosk, "single");
  const others = [];
  for (const at of ["shoot", "review"]) {
    const other = await open(t);
    await other.press("claim-open");
    await other.typeNumber(number);
    await runTo(other, "shoot");
    await phase(other, "ready");
    others.push(other);
    if (at === "review") await shoot(other);
  }
  await kiosk.page.reload();
  await kiosk.page.evaluate(lowerTheCamera);
  await runTo(kiosk, "review");
  await reviewed(kiosk);
  await kiosk.press("review-next");
  for (const other of others) {
    await other.page.locator('body:is([data-screen="printing"], [data-screen="thanks"], [data-screen="ended"])').waitFor();
  }
  await runTo(kiosk, "thanks");
  assert.equal((await sheets()) - before, 1, "one payment, one set of prints");
});

test("money that comes when its screen has gone is a claim to pictures, and no print of nothing", async (t) => {
  const kiosk = await open(t);
  const before = await sheets();
  const number = await order(kiosk, "single");
  await kiosk.page.goto("about:blank");
  await kiosk.payWithoutApp(number);
  const { print, shots_due: due } = await kiosk.snapshot(number);
  assert.deepEqual([print.state, due], ["shots", true]);
  const refused = await fetch(new URL(`/api/booth/orders/${number}/print`, kiosk.url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ page: "a-page-of-nobody" }),
  });
  assert.equal(refused.status, 409, "there is nothing to print");
  assert.equal(await sheets(), before);
});

test("a camera that is lost after the payment is told with the number, and is waited for", async (t) => {
  const kiosk = await open(t);
  const number = await payAndShoot(kiosk, "single");
  await loseCamera(kiosk);
  await phase(kiosk, "lost");
  await kiosk.says("shoot-lost-text", "не пропал");
  await kiosk.says("shoot-order", new RegExp(number.slice(0, 4)));
  await kiosk.press("shoot-again");
  await phase(kiosk, "ready");
  await loseCamera(kiosk);
  await phase(kiosk, "lost");
  await kiosk.press("shoot-back");
  await kiosk.screen("ended");
  assert.equal((await kiosk.snapshot(number)).print.state, "claim");
});

test("without a camera no money is asked", async (t) => {
  const kiosk = await open(t);
  await kiosk.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
  });
  await kiosk.press("start-button");
  await kiosk.press("layout-single");
  await kiosk.press("copies-pay");
  await kiosk.says("trouble-text", "Камера не отвечает");
  await kiosk.page.evaluate(() => delete navigator.mediaDevices.getUserMedia);
  await kiosk.press("trouble-again");
  await kiosk.phase("waiting");
});

test("where the browser prints, it prints what was taken after the payment, once", async (t) => {
  const kiosk = await open(t, { expected: ["409"] }, browser);
  await kiosk.page.evaluate(() => {
    window.printed = [];
    window.print = () => window.printed.push(document.querySelectorAll("[data-testid=print-pictures] img").length);
  });
  const number = await payAndShoot(kiosk, "single", 2);
  await shoot(kiosk);
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  assert.deepEqual(await kiosk.page.evaluate(() => window.printed), [2]);
  await kiosk.press("thanks-leave");
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.says("claim-answer", /\S/);
  assert.deepEqual(await kiosk.page.evaluate(() => window.printed), [2]);
});

describe("the screens of paying first", { concurrency: 2 }, () => {
  for (const size of SIZES) {
    test(`at ${size}`, async (t) => {
      const [width, height] = size.split("x").map(Number);
      const kiosk = await open(t, { viewport: { width, height } });
      const look = async (name) => {
        for (const language of LANGUAGES) {
          await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
          assert.deepEqual(await layoutFaults(kiosk.page), [], `${name} in ${language}`);
          if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/first-${name}-${size}-${language}.png` });
        }
      };
      await look("start");
      await payAndShoot(kiosk, "strip");
      await look("ready");
      await loseCamera(kiosk);
      await phase(kiosk, "lost");
      await look("lost");
      await kiosk.press("shoot-again");
      await phase(kiosk, "ready");
      await shoot(kiosk);
      await look("review");
      await kiosk.wait(61);
      await kiosk.part("idle-stay").waitFor();
      await kiosk.wait(21);
      await kiosk.screen("ended");
      await look("unshot");
    });
  }
});
