// The page looks the same on every machine: each character of each text comes from the letters that are shipped with it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { openKiosk, setUp } from "./support/browser.js";

const scene = setUp();

const WEIGHTS = [400, 600, 700];
const LANGUAGES = ["ru", "uz", "en"];
const read = (path) => readFile(new URL(`../server/${path}`, import.meta.url), "utf8");

/** The fonts with which Chromium draws what a selector finds: {family: number of characters}, only what is not ours. */
async function foreignFonts(page, selector) {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: -1 });
  const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
  const foreign = {};
  let ours = 0;
  for (const nodeId of nodeIds) {
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    for (const { familyName, isCustomFont, glyphCount } of fonts) {
      if (isCustomFont && familyName === "Onest") ours += glyphCount;
      else foreign[familyName] = (foreign[familyName] ?? 0) + glyphCount;
    }
  }
  await session.detach();
  assert.ok(ours > 20, `only ${ours} characters are found`);
  return foreign;
}

test("every character of every text, in every weight", async (t) => {
  const kiosk = await openKiosk(t, scene);
  const texts = await Promise.all(LANGUAGES.map(async (code) => JSON.parse(await read(`src/texts/${code}.json`))));
  const words = texts.flatMap(Object.values).join("");
  // Sums, and the letters of names: Russian, Uzbek in both scripts, Karakalpak.
  const names = "0123456789 40\u00a0000,50 Ўўқғҳ ЁёЪъ oʻgʻ Oʻ maʼno ÁáÍıŃńÓóÚú № «»“”—…×+€";
  const characters = [...new Set(words + names)].filter((character) => character.trim()).join("");
  await kiosk.page.evaluate(
    ([sample, weights]) => {
      for (const weight of weights) {
        const line = document.createElement("p");
        line.className = "sample";
        line.textContent = sample;
        line.style.fontWeight = weight;
        document.querySelector("main").append(line);
      }
      return document.fonts.ready;
    },
    [characters, WEIGHTS],
  );
  assert.deepEqual(await foreignFonts(kiosk.page, ".sample"), {});
});

test("every screen, in every language", async (t) => {
  const kiosk = await openKiosk(t, scene, { settings: { booth: { name: "Ғалаба фото — Gʻalaba" } } });
  const look = async (screen) => {
    for (const language of LANGUAGES) {
      await kiosk.speak(language);
      await kiosk.page.evaluate(() => document.fonts.ready);
      assert.deepEqual(await foreignFonts(kiosk.page, "body *"), {}, `${screen} in ${language}`);
    }
  };
  await look("start");
  await kiosk.press("claim-open");
  await look("claim");
  await kiosk.press("claim-back");
  await kiosk.press("start-button");
  await kiosk.press("copies-plus");
  await look("copies");
  await kiosk.press("copies-pay");
  await kiosk.phase("waiting");
  await look("waiting");
  const weights = await kiosk.page.evaluate(() =>
    [...new Set([...document.querySelectorAll("body *")].map((element) => getComputedStyle(element).fontWeight))].map(Number),
  );
  for (const weight of weights) assert.ok(WEIGHTS.includes(weight), `${weight} is used and not tested`);
});

test("the licence of the letters is beside them, and the page is not translated by the browser", async (t) => {
  const kiosk = await openKiosk(t, scene);
  const licence = await fetch(new URL("/assets/kiosk/font/OFL.txt", kiosk.url));
  assert.match(await licence.text(), /SIL Open Font License, Version 1\.1/);
  assert.equal(licence.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(await kiosk.page.locator("html").getAttribute("translate"), "no");
});
