// The booth's own pictures, with Chromium's fake camera: from the layout to the print, and nothing left of one customer for the next.

import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { CAMERA, loseCamera, lowerTheCamera, phase, runTo } from "./support/camera.js";
import { fitsEverywhere, layoutFaults, SIZES } from "./support/layout.js";

const SETTINGS = {
  BOOTHPAY_PHOTOS_SOURCE: "boothpay",
  BOOTHPAY_PHOTOS_PUBLIC_ADDRESS: "https://booth.example.uz",
};

const scene = setUp(() => startServer(SETTINGS), CAMERA);

const LANGUAGES = ["uz", "en", "ru"];

/** What the page printed: how many sheets, and how large each is. */
function watchPrints() {
  window.printed = [];
  window.print = () => {
    const sheets = [...document.querySelectorAll("[data-testid=print-pictures] img")];
    window.printed.push(sheets.map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]));
  };
}

async function open(t, options = {}) {
  const kiosk = await openKiosk(t, scene, options);
  await prepare(kiosk);
  return kiosk;
}

/** Again after every load of the page. */
async function prepare(kiosk) {
  await kiosk.page.evaluate(watchPrints);
  await kiosk.page.evaluate(lowerTheCamera);
}

async function shootAll(kiosk, layout) {
  await kiosk.press("start-button");
  await kiosk.screen("layout");
  await kiosk.press(`layout-${layout}`);
  await kiosk.screen("shoot");
  await phase(kiosk, "ready");
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
}

const sessions = async () => {
  const answer = await fetch(new URL("/api/sessions/list", scene.booth.url));
  const { sessions: all } = await answer.json();
  return all.filter(({ status }) => ["pending", "active", "completed"].includes(status));
};

const until = async (what, isSo) => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`it never came to be: ${what}`);
};

test("from the layout to the print in the customer's hand, and the code to take it home", async (t) => {
  const kiosk = await open(t);
  await shootAll(kiosk, "strip");
  await kiosk.press("look-bw");
  await kiosk.page.locator("[data-testid=look-bw][aria-pressed=true]").waitFor();
  await kiosk.isHidden("review-busy");
  await kiosk.press("review-next");
  await kiosk.screen("copies");
  await kiosk.press("copies-plus");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  await kiosk.page.locator("[data-testid=payment-own] .own").waitFor({ state: "attached" });
  await kiosk.payWithoutApp(await kiosk.number());
  await runTo(kiosk, "printing");
  await runTo(kiosk, "thanks");
  assert.deepEqual(await kiosk.page.evaluate(() => window.printed), [[[1200, 1800], [1200, 1800]]], "a sheet for each copy");
  await kiosk.part("take-home-code").waitFor();
  await kiosk.press("thanks-leave");
  await kiosk.screen("start");
  const left = await kiosk.page.evaluate(() => document.documentElement.outerHTML.includes("data:image/jpeg"));
  assert.equal(left, false, "nothing of the customer is in the page");
});

test("who goes away leaves nothing: by the button, by silence, by a reload, by Back", async (t) => {
  const kiosk = await open(t);
  const before = (await sessions()).length;
  const only = () => until("the pictures are gone at the server", async () => (await sessions()).length === before);

  await shootAll(kiosk, "single");
  await kiosk.wait(61);
  await kiosk.part("idle-stay").waitFor();
  await kiosk.wait(21);
  await kiosk.screen("start");
  await only();

  await shootAll(kiosk, "single");
  await kiosk.page.reload();
  await kiosk.screen("start");
  await only();
  assert.equal(await kiosk.part("review-picture").getAttribute("src"), null);

  await prepare(kiosk);
  await shootAll(kiosk, "single");
  await kiosk.page.goto("about:blank");
  await kiosk.page.goBack();
  await kiosk.page.locator('body[data-screen="start"]').waitFor();
  await only();
});

test("pictures can be taken again so often and no more", async (t) => {
  const kiosk = await open(t);
  await shootAll(kiosk, "single");
  for (let n = 0; n < 2; n += 1) {
    await kiosk.press("review-retake");
    await kiosk.screen("shoot");
    await phase(kiosk, "ready");
    await kiosk.press("shoot-go");
    await runTo(kiosk, "review");
    await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  }
  assert.equal(await kiosk.part("review-retake").getAttribute("aria-disabled"), "true");
  await kiosk.part("review-retake").dispatchEvent("click");
  await kiosk.screen("review");
});

test("going back gives no retake back, and forgets no number of copies", async (t) => {
  const kiosk = await open(t);
  const shoot = async () => {
    await phase(kiosk, "ready");
    await kiosk.press("shoot-go");
    await runTo(kiosk, "review");
    await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  };
  await shootAll(kiosk, "single");
  for (let n = 0; n < 2; n += 1) {
    await kiosk.press("review-retake");
    await phase(kiosk, "ready");
    await kiosk.press("shoot-back");
    await kiosk.press("layout-single");
    await shoot();
  }
  assert.equal(await kiosk.part("review-retake").getAttribute("aria-disabled"), "true");
  await kiosk.press("review-next");
  await kiosk.press("copies-plus");
  await kiosk.press("copies-plus");
  await kiosk.press("copies-back");
  await kiosk.press("review-next");
  await kiosk.says("copies-count", "3");
  await kiosk.press("copies-back");
  await kiosk.wait(61);
  await kiosk.part("idle-stay").waitFor();
  await kiosk.wait(21);
  await kiosk.screen("start");
  await shootAll(kiosk, "single");
  assert.equal(await kiosk.part("review-retake").getAttribute("aria-disabled"), "false", "the next customer has his own");
  await kiosk.press("review-next");
  await kiosk.says("copies-count", "1");
});

test("pictures that are gone are taken once more, and the words say what did not work", async (t) => {
  const kiosk = await open(t, { expected: ["401", "404", "410", "503"] });
  const forget = async () => {
    for (const { id } of await sessions()) await fetch(new URL(`/api/session/${id}`, kiosk.url), { method: "DELETE" });
  };
  const again = async () => {
    await kiosk.says("trouble-title", "Снимков больше нет");
    await kiosk.says("trouble-text", "Деньги не списаны");
    await kiosk.press("trouble-again");
    await phase(kiosk, "ready");
    await kiosk.press("shoot-go");
    await runTo(kiosk, "review");
    await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  };
  await shootAll(kiosk, "single");
  await forget();
  await kiosk.press("look-bw");
  await kiosk.says("trouble-title", "Снимков больше нет");
  await fitsEverywhere(kiosk.page, "gone");
  await again();
  await kiosk.press("review-next");
  await forget();
  await kiosk.press("copies-pay");
  await again();

  const answers = [
    ["**/preview", "look-sepia", { closed: "pictures" }, "Не получилось", "нельзя сделать снимки"],
    ["**/preview", "look-warm", {}, "Не получилось", "не удалось подготовить"],
    ["**/api/booth/shots", "review-retake", {}, "Не получилось", "Деньги не списаны"],
  ];
  for (const [where, button, problem, title, text] of answers) {
    await kiosk.page.route(where, (route) => route.fulfill({ status: 503, json: problem }));
    await kiosk.press(button);
    await kiosk.says("trouble-title", title);
    await kiosk.says("trouble-text", text);
    assert.doesNotMatch(await kiosk.text("trouble-title"), /заказ/);
    await kiosk.page.unroute(where);
    await kiosk.press("trouble-again");
    if (button !== "review-retake") await kiosk.page.locator(`[data-testid=${button}][aria-pressed=true]`).waitFor();
    await kiosk.isHidden("review-busy");
  }
  await phase(kiosk, "ready");
});

test("two keys are enough from the layout to the pictures", async (t) => {
  const kiosk = await open(t);
  const enter = async (name) => {
    await kiosk.page.waitForFunction((it) => document.activeElement?.dataset.testid === it, name);
    await kiosk.settled();
    await kiosk.page.keyboard.press("Enter");
  };
  await kiosk.page.keyboard.press("Tab");
  await kiosk.part("start-button").focus();
  await enter("start-button");
  await enter(await kiosk.page.locator("[data-testid=layouts] button").first().getAttribute("data-testid"));
  await phase(kiosk, "ready");
  await enter("shoot-go");
  await runTo(kiosk, "review");
});

test("a camera that is lost is told, and no money is asked", async (t) => {
  const kiosk = await open(t);
  await kiosk.press("start-button");
  await kiosk.press("layout-single");
  await phase(kiosk, "ready");
  await loseCamera(kiosk);
  await phase(kiosk, "lost");
  await kiosk.part("shoot-again").waitFor();
  assert.equal(await kiosk.part("shoot-go").isVisible(), false);
  await kiosk.press("shoot-again");
  await phase(kiosk, "ready");

  await kiosk.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotReadableError"));
  });
  await kiosk.press("shoot-back");
  await kiosk.press("layout-single");
  await phase(kiosk, "lost");
});

test("a shot that the server does not take is no lost camera, and the next try is not mixed with it", async (t) => {
  const kiosk = await open(t, { expected: ["507"] });
  const before = (await sessions()).length;
  await kiosk.press("start-button");
  await kiosk.press("layout-strip");
  await phase(kiosk, "ready");
  let bringings = 0;
  await kiosk.page.route("**/api/session/*/photos", (route) => {
    bringings += 1;
    return bringings > 2 ? route.fulfill({ status: 507, json: { title: "full" } }) : route.continue();
  });
  await kiosk.press("shoot-go");
  const isTold = () => kiosk.part("trouble-again").isVisible();
  for (let steps = 0; steps < 200 && !(await isTold()); steps += 1) {
    await kiosk.page.clock.runFor(500);
    await new Promise((done) => setTimeout(done, 60));
  }
  await phase(kiosk, "ready");
  await kiosk.page.unroute("**/api/session/*/photos");
  await kiosk.press("trouble-again");
  await runTo(kiosk, "review");
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  await until("only the new ones are kept", async () => (await sessions()).length === before + 1);
  const [newest] = (await sessions()).sort((a, b) => b.created_at.localeCompare(a.created_at));
  assert.equal(newest.uploaded_count, 4);
});

test("pictures that are gone when they are paid for are taken again, and the owner sees it meanwhile", async (t) => {
  const kiosk = await open(t, { expected: ["409"] });
  await shootAll(kiosk, "single");
  await kiosk.press("review-next");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const photos = join(scene.booth.folder, "photos");
  for (const name of await readdir(photos)) await rm(join(photos, name));
  const number = await kiosk.number();
  await kiosk.payWithoutApp(number);
  await runTo(kiosk, "shoot");
  const order = await (await fetch(new URL(`/api/booth/orders/${number.replaceAll(" ", "")}`, scene.booth.url))).json();
  assert.deepEqual([order.print.state, order.shots_due], ["claim", true]);
  await phase(kiosk, "ready");
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  await kiosk.press("review-next");
  await runTo(kiosk, "thanks");
  assert.deepEqual(await kiosk.page.evaluate(() => window.printed), [[[1800, 1200]]]);
});

test("a print that the browser cannot draw becomes the receipt, not white paper", async (t) => {
  const kiosk = await open(t);
  await shootAll(kiosk, "single");
  await kiosk.press("review-next");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  await kiosk.page.route("**/print", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), picture: "data:image/jpeg;base64,AAAA" } });
  });
  const number = await kiosk.number();
  await kiosk.payWithoutApp(number);
  await runTo(kiosk, "printing");
  await runTo(kiosk, "thanks");
  assert.deepEqual(await kiosk.page.evaluate(() => window.printed), [[]], "no picture, once");
  const receipt = (await kiosk.part("receipt").textContent()).replaceAll(/\s/g, "");
  assert.ok(receipt.includes(number), receipt);
});

test("a camera that blinks in the middle of the shots is tried again, and nothing is taken before somebody presses", async (t) => {
  const kiosk = await open(t);
  await kiosk.press("start-button");
  await kiosk.press("layout-strip");
  await phase(kiosk, "ready");
  await kiosk.press("shoot-go");
  await phase(kiosk, "between");
  await loseCamera(kiosk);
  await kiosk.part("shoot-again").dispatchEvent("click");
  await phase(kiosk, "ready");
  await kiosk.page.clock.runFor(3_000);
  await phase(kiosk, "ready");
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
});

test("the question whether somebody is there leaves a word about trouble where it was", async (t) => {
  const kiosk = await open(t, { expected: ["Failed to load resource"] });
  await kiosk.page.route("**/api/booth/layouts", (route) => route.abort());
  await kiosk.press("start-button");
  await kiosk.part("trouble-again").waitFor();
  for (let times = 0; times < 2; times += 1) {
    await kiosk.wait(61);
    await kiosk.part("idle-stay").waitFor();
    await kiosk.isHidden("trouble-again");
    await kiosk.press("idle-stay");
    await kiosk.isHidden("idle-stay");
    await kiosk.part("trouble-again").waitFor();
  }
  await kiosk.wait(61);
  await kiosk.part("idle-stay").waitFor();
  await kiosk.wait(21);
  await kiosk.screen("start");
  await kiosk.isHidden("veil");
  await kiosk.press("start-button");
  await kiosk.part("trouble-again").waitFor();
  await kiosk.page.unroute("**/api/booth/layouts");
  await kiosk.press("trouble-again");
  await kiosk.part("layout-strip").waitFor();
});

test("a booth that offers no layout says so", async (t) => {
  const kiosk = await open(t);
  await kiosk.page.route("**/api/booth/layouts", (route) => route.fulfill({ json: { layouts: [], looks: [] } }));
  await kiosk.press("start-button");
  await kiosk.part("layouts-none").waitFor();
});

describe("the screens of the pictures", { concurrency: 2 }, () => {
  for (const size of SIZES) {
    test(`at ${size}`, async (t) => {
      const [width, height] = size.split("x").map(Number);
      const kiosk = await open(t, { viewport: { width, height } });
      const look = async (name) => {
        for (const language of LANGUAGES) {
          await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
          assert.deepEqual(await layoutFaults(kiosk.page), [], `${name} in ${language}`);
          if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/${name}-${size}-${language}.png` });
        }
      };
      await kiosk.press("start-button");
      await kiosk.part("layout-strip").waitFor();
      await look("layout");
      await kiosk.press("layout-strip");
      await phase(kiosk, "ready");
      await look("shoot");
      await kiosk.press("shoot-go");
      await phase(kiosk, "counting");
      await look("counting");
      await runTo(kiosk, "review");
      await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
      await kiosk.isHidden("review-busy");
      await look("review");
      await kiosk.press("review-next");
      await look("copies");
      await kiosk.press("copies-pay");
      await kiosk.phase("waiting");
      await look("waiting");
      await kiosk.payWithoutApp(await kiosk.number());
      await runTo(kiosk, "printing");
      await look("printing");
      await runTo(kiosk, "thanks");
      await kiosk.page.clock.pauseAt(await kiosk.page.evaluate(() => Date.now() + 1_000));
      await look("thanks");
    });
  }
});

describe("the sum beside the customer's picture", { concurrency: 2 }, () => {
  const SUMS = ["30000", "130000", "1300000", "99999999.50"];
  const sizes = [...SIZES, "768x1024", "800x1280", "1280x1024", "1024x600"];
  for (const layout of ["strip", "single"]) {
    test(`is one line at every size, beside a ${layout}`, async (t) => {
      const kiosk = await open(t);
      await shootAll(kiosk, layout);
      await kiosk.press("review-next");
      await kiosk.press("copies-pay");
      await kiosk.phase("waiting");
      await kiosk.page.locator("[data-testid=payment-own] .own").waitFor({ state: "attached" });
      const number = await kiosk.number();
      await kiosk.page.waitForFunction((expected) => window.heard === expected, number);
      const faults = [];
      for (const amount_soum of SUMS) {
        await kiosk.pretend({ amount_soum });
        for (const size of sizes) {
          const [width, height] = size.split("x").map(Number);
          await kiosk.page.setViewportSize({ width, height });
          for (const language of LANGUAGES) {
            await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
            const found = await layoutFaults(kiosk.page);
            const { height: high, letters } = await kiosk.part("amount").evaluate((sum) => {
              return { height: sum.getBoundingClientRect().height, letters: parseFloat(getComputedStyle(sum).fontSize) };
            });
            if (high > 1.5 * letters) found.push("the sum takes more than a line");
            faults.push(...found.map((fault) => `${amount_soum} at ${size} in ${language}: ${fault}`));
          }
          if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/sum-${layout}-${amount_soum}-${size}.png` });
        }
      }
      assert.deepEqual(faults, []);
    });
  }
});
