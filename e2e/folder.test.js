// A camera whose pictures appear in a folder, as a program of its maker's writes them: whole, by half, slowly, twice, and not at all.

import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { startServer } from "./support/booth.js";
import { openKiosk, setUp } from "./support/browser.js";
import { phase, reviewed } from "./support/camera.js";
import { layoutFaults } from "./support/layout.js";

const LANGUAGES = ["uz", "en", "ru"];
const SIZES = ["1080x1920", "1920x1080", "1366x768", "1024x768"];

const picture = await readFile(new URL("../server/src/photos/samples/phone.jpg", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "boothpay-camera-"));
after(() => rm(folder, { recursive: true, force: true }));
await writeFile(join(folder, "OWNERS.JPG"), picture);

// The customer presses the camera's remote, and nobody sees a live view.
const scene = setUp(() =>
  startServer({
    BOOTHPAY_PHOTOS_SOURCE: "boothpay",
    BOOTHPAY_CAMERA_FOLDER: folder,
    BOOTHPAY_CAMERA_LIVE_VIEW: "false",
    BOOTHPAY_CAMERA_WAIT_SECONDS: "5",
  }),
);

let presses = 0;

/** A name that no shot had. */
const name = () => join(folder, `DSC${String((presses += 1)).padStart(5, "0")}.JPG`);

/** The remote is pressed when the server waits for it: so long until the page has what came of it. */
async function pressing(kiosk, write, isOver) {
  while (!(await isOver())) {
    await write();
    await kiosk.page.clock.runFor(200);
    await new Promise((done) => setTimeout(done, 150));
  }
}

const isAt = (kiosk, screen) => () => kiosk.page.evaluate((it) => document.body.dataset.screen === it, screen);

async function toCamera(kiosk, layout) {
  await kiosk.press("start-button");
  await kiosk.press(`layout-${layout}`);
  await phase(kiosk, "ready");
}

test("each press of the remote is a shot, and the folder is empty afterwards but for what is the owner's", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toCamera(kiosk, "strip");
  await kiosk.press("shoot-go");
  await phase(kiosk, "waiting");
  await kiosk.says("shoot-title", "пульта");
  await pressing(kiosk, () => writeFile(name(), picture), isAt(kiosk, "review"));
  await reviewed(kiosk);
  await kiosk.page.evaluate(() => fetch("/api/booth/ready"));
  assert.deepEqual(await readdir(folder), ["OWNERS.JPG"]);
});

test("slow files, halves, other names and rubbish", async (t) => {
  const kiosk = await openKiosk(t, scene);
  await toCamera(kiosk, "single");
  await kiosk.press("shoot-go");
  await phase(kiosk, "waiting");
  const write = async () => {
    await writeFile(name(), picture.subarray(0, 1000));
    await writeFile(name().replace("JPG", "ARW"), picture);
    await writeFile(name(), "no picture");
    const slow = name();
    await writeFile(`${slow}.part`, picture.subarray(0, 1000));
    await appendFile(`${slow}.part`, picture.subarray(1000));
    await rename(`${slow}.part`, slow);
  };
  await pressing(kiosk, write, isAt(kiosk, "review"));
  await reviewed(kiosk);
  for (const file of await readdir(folder)) await rm(join(folder, file));
});

describe("the screens of such a camera", () => {
  for (const size of SIZES) {
    test(`at ${size}`, async (t) => {
      const [width, height] = size.split("x").map(Number);
      const kiosk = await openKiosk(t, scene, { viewport: { width, height }, expected: ["504"] });
      const look = async (screen) => {
        for (const language of LANGUAGES) {
          await kiosk.page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
          assert.deepEqual(await layoutFaults(kiosk.page), [], `${screen} in ${language}`);
          if (process.env.E2E_PICTURES) await kiosk.page.screenshot({ path: `${process.env.E2E_PICTURES}/folder-${screen}-${size}-${language}.png` });
        }
      };
      await kiosk.page.route("**/api/booth/shots/*/camera?*", (route) => route.fulfill({ json: { there: true, free: false } }));
      await kiosk.press("start-button");
      await kiosk.press("layout-strip");
      await phase(kiosk, "freeing");
      await look("freeing");
      await kiosk.page.unroute("**/api/booth/shots/*/camera?*");
      await phase(kiosk, "ready");
      await look("ready");
      await kiosk.page.route("**/api/booth/shots/*/camera", () => new Promise(() => {}));
      await kiosk.press("shoot-go");
      await phase(kiosk, "waiting");
      await look("waiting");
      await kiosk.page.unroute("**/api/booth/shots/*/camera");
      await kiosk.page.reload();
      await kiosk.screen("start");
      await kiosk.page.route("**/api/booth/shots/*/camera", (route) => route.fulfill({ status: 504, json: { title: "nothing" } }));
      await toCamera(kiosk, "strip");
      await kiosk.press("shoot-go");
      await phase(kiosk, "missing");
      await look("missing");
    });
  }
});

// The last one: nobody else is before the camera for a minute after it.
test("a shot that brings nothing is told and tried once more, and the next customer waits for its late file", async (t) => {
  const kiosk = await openKiosk(t, scene, { expected: ["504"] });
  await toCamera(kiosk, "single");
  await kiosk.press("shoot-go");
  await phase(kiosk, "missing");
  await kiosk.press("shoot-again");
  await phase(kiosk, "waiting");
  await pressing(kiosk, () => writeFile(name(), picture), isAt(kiosk, "review"));
  await reviewed(kiosk);
  await kiosk.page.reload();
  await kiosk.screen("start");
  await kiosk.press("start-button");
  await kiosk.press("layout-single");
  await phase(kiosk, "freeing");
  await kiosk.says("shoot-title", "Одну минуту");
});
