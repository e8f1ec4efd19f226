// The server's own printing, on the demonstration's printer: the closed booth, a jam, the claim, and what came out of the printer.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { startBooth } from "./support/booth.js";
import { openKiosk, PORTRAIT, setUp } from "./support/browser.js";
import { CAMERA, lowerTheCamera, runTo } from "./support/camera.js";

const scene = setUp(() => startBooth(["--camera", "--printer-fault", "jam"]), CAMERA);

async function look(kiosk, name) {
  const folder = process.env.E2E_PICTURES;
  if (folder) await kiosk.page.screenshot({ path: `${folder}/printer-${name}.png` });
}

const sheets = async () => (await readdir(join(scene.booth.folder, "prints")).catch(() => [])).length;

test("a jam is tried once more, leaves a claim, and the typed number prints what was paid", async (t) => {
  const kiosk = await openKiosk(t, scene, { viewport: PORTRAIT });
  await kiosk.page.evaluate(lowerTheCamera);
  await kiosk.press("start-button");
  await kiosk.press("layout-single");
  await kiosk.page.locator('.shoot[data-phase="ready"]').waitFor();
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  await kiosk.press("review-next");
  await kiosk.screen("copies");
  await kiosk.page.route("**/api/booth/ready", (route) => route.fulfill({ json: { ready: true, left: 2 } }));
  await kiosk.page.clock.runFor(6_000);
  await kiosk.press("copies-plus");
  await kiosk.says("copies-breakdown", "бумаги осталось на 2");
  await look(kiosk, "paper-for-two");
  await kiosk.press("copies-minus");
  await kiosk.page.unroute("**/api/booth/ready");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  const number = await kiosk.number();
  const paid = await fetch(new URL(`/api/test-payment/${number}`, kiosk.url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  assert.equal(paid.status, 200);
  await runTo(kiosk, "printing");
  await look(kiosk, "printing");
  await runTo(kiosk, "ended");
  await kiosk.says("ended-title", "Мы должны вам фото");
  await look(kiosk, "owed");
  assert.equal(await sheets(), 0);
  await kiosk.press("ended-home");
  await kiosk.press("claim-open");
  await kiosk.typeNumber(number);
  await kiosk.screen("printing");
  await runTo(kiosk, "thanks");
  assert.equal(await sheets(), 1);
  assert.deepEqual(await kiosk.page.evaluate(() => window.receipts), [], "the page prints nothing itself");
});

test("a booth whose printer cannot print sells nothing and says why", async (t) => {
  const kiosk = await openKiosk(t, scene);
  let answer = { ready: false, closed: "paper" };
  await kiosk.page.route("**/api/booth/ready", (route) => route.fulfill({ json: answer }));
  await kiosk.page.clock.runFor(6_000);
  await kiosk.says("start-closed", "Кончилась бумага");
  await kiosk.isHidden("start-button");
  await look(kiosk, "closed");
  await kiosk.page.locator(".start").click();
  await kiosk.screen("start");
  answer = { ready: true };
  await kiosk.page.clock.runFor(6_000);
  await kiosk.part("start-button").waitFor();
});
