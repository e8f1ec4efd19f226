// One browser for a test file, and in it one booth screen for a test, which must stay free of errors.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { startBooth } from "./booth.js";
import { Kiosk } from "./kiosk.js";

const PROGRAM = process.env.E2E_CHROMIUM ?? "/usr/bin/chromium";

// A container has no sandbox and no graphics, and nothing here needs the outside world.
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const LANDSCAPE = { width: 1920, height: 1080 };
export const PORTRAIT = { width: 1080, height: 1920 };

/** Tests of one file wait for the phone and for each other most of the time, so some run at once. */
export const TOGETHER = { concurrency: 3 };

// What the browser says of a server that does not answer.
const UNREACHABLE = "net::ERR_";

// Far more than anything takes: a machine that builds meanwhile is slow.
const PATIENCE_MS = 30_000;

/** Runs in the page before its own scripts. */
function prepare() {
  // Phases that last a second are kept for whoever looks too late on a busy machine.
  new MutationObserver(() => {
    const { phase, passed = "" } = document.body?.dataset ?? {};
    if (phase && !passed.split(" ").includes(phase)) document.body.dataset.passed = `${passed} ${phase}`.trim();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-phase"] });

  // Counts the receipts instead of opening a dialog.
  window.receipts = [];
  window.print = () => window.receipts.push(document.querySelector("[data-testid=receipt]").innerText);

  // When a test moves the page's clock, the server's must seem to move with it, or every answer would undo the move;
  // what arrives during the move waits for its end. And some states of an order are hard to bring about for real:
  // those a test may pretend.
  window.ahead = 0;
  window.move = Promise.resolve();
  window.pretended = {};
  window.heard = null;
  const retold = (body) => {
    if (typeof body?.now !== "number") return body;
    return { ...body, now: body.now + window.ahead, ...window.pretended };
  };
  const { json } = Response.prototype;
  Response.prototype.json = async function () {
    const body = await json.call(this);
    await window.move;
    return retold(body);
  };
  const { addEventListener } = EventSource.prototype;
  EventSource.prototype.addEventListener = function (type, handler) {
    if (type !== "order") return addEventListener.call(this, type, handler);
    addEventListener.call(this, type, async ({ data }) => {
      const order = JSON.parse(data);
      await window.move;
      window.tellAgain = () => handler({ data: JSON.stringify(retold(order)) });
      window.tellAgain();
      window.heard = order.order_id;
    });
  };
}

const SETTINGS = /(<script type="application\/json" id="settings">)(.*?)(<\/script>)/s;

/** Gives the page other settings than the demonstration's: what an owner could have set. Groups are merged. */
async function withSettings(page, change) {
  const merged = (settings) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => {
        if (!(key in change)) return [key, value];
        const group = typeof value === "object" && !Array.isArray(value);
        return [key, group ? { ...value, ...change[key] } : change[key]];
      }),
    );
  await page.route(
    (address) => address.pathname === "/",
    async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(SETTINGS, (_, before, json, after) => {
        return before + JSON.stringify(merged(JSON.parse(json))).replaceAll("<", "\\u003c") + after;
      });
      await route.fulfill({ response: answer, body });
    },
  );
}

/** Sets the program and the browser up for a test file; the returned object has them once the tests run. */
export function setUp(start = startBooth, switches = []) {
  const scene = {};
  before(async () => {
    scene.booth = await start();
    scene.browser = await chromium.launch({ executablePath: PROGRAM, args: [...SWITCHES, ...switches] });
  });
  after(async () => {
    await scene.browser?.close();
    await scene.booth?.close();
  });
  return scene;
}

/**
 * Opens the booth's page for one test. At its end everything that the browser complained about must be among what
 * the test expected: `expected` are parts of messages. That a server which the test ended does not answer is expected: the page
 * asks every few seconds, and whether it does so in that moment is chance. `settings` replace the demonstration's, `zone` is the time zone that
 * the booth's computer is set to. Most tests are the same whatever is connected, so one app is, unless `wallets` names others
 * or is null for those that the program offers. `headers` go along with every request; `first` is the screen that
 * comes up.
 */
export async function openKiosk(
  t,
  scene,
  { viewport = LANDSCAPE, expected = [], motion = "reduce", settings, zone, headers, wallets = ["payme"], first = "start" } = {},
) {
  const context = await scene.browser.newContext({
    viewport,
    hasTouch: true,
    reducedMotion: motion,
    timezoneId: zone,
    extraHTTPHeaders: headers,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints = [];
  const { stops } = scene.booth;
  page.on("pageerror", (error) => complaints.push(error.stack));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  t.after(async () => {
    // A call that is being changed in this moment has nobody left to answer.
    if (!page.isClosed()) await page.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
    const known = scene.booth.stops === stops ? expected : [...expected, UNREACHABLE];
    const surprising = complaints.filter((complaint) => !known.some((part) => complaint.includes(part)));
    assert.deepEqual(surprising, [], "the browser complained");
  });
  await page.addInitScript(prepare);
  const change = wallets ? { providers: wallets, ...settings } : settings;
  if (change) await withSettings(page, change);
  await page.clock.install();
  const kiosk = new Kiosk(page, scene.booth.url);
  await page.goto(scene.booth.url);
  await kiosk.screen(first);
  return kiosk;
}
