// The owner looks at the layouts in the panel, brings one with its picture, hears what is wrong with another, and the booth's screen offers what
// he has ticked. On a phone and on a desktop, in three languages, without a fault that axe knows.

import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { startServer } from "./support/booth.js";
import { setUp } from "./support/browser.js";
import { enter, PASSWORD, PHONE, soundInBothSizes as sound, speak } from "./support/panel.js";

const PATIENCE_MS = 60_000;

const WEDDING = `name = "Wedding"
name_ru = "Свадьба"
name_uz = "Toʻy"
size = "6x4"
colour = "#fff8f0"
background = "paper.jpg"

[[picture]]
x = 0.08
y = 0.08
width = 0.55
height = 0.84

[[text]]
text = "{booth} · {date}"
x = 0.68
y = 0.8
height = 0.06
colour = "#884400"
`;

const scene = setUp(() => startServer({ BOOTHPAY_PHOTOS_SOURCE: "boothpay" }));
const at = (path) => new URL(path, scene.booth.url).href;

async function offered() {
  const answer = await fetch(at("/api/booth/layouts"));
  return (await answer.json()).layouts.map(({ id }) => id);
}

/** Every picture of the page is there. */
async function pictured(page) {
  for (const picture of await page.$$(".layouts img")) {
    await picture.scrollIntoViewIfNeeded();
    await picture.evaluate((image) => image.decode());
    assert.ok(await picture.evaluate((image) => image.naturalWidth > 100));
  }
}

async function bring(page, files) {
  const form = "form[enctype='multipart/form-data']";
  await page.setInputFiles(`${form} [type=file]`, files);
  await page.fill(`${form} [name=own_password]`, PASSWORD);
  await Promise.all([page.waitForEvent("load"), page.click(`${form} button`)]);
}

test("the owner brings a layout, and the booth's screen offers what he ticks", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "layouts-"));
  const [wedding, wrong, paper] = ["wedding.toml", "party.toml", "paper.jpg"].map((name) => join(folder, name));
  await writeFile(wedding, WEDDING);
  await writeFile(wrong, WEDDING.replace("width = 0.55", "width = 55"));
  await writeFile(paper, await readFile(new URL("../server/src/photos/samples/phone.jpg", import.meta.url)));

  const context = await scene.browser.newContext({ viewport: PHONE, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  t.after(() => context.close());
  const page = await context.newPage();
  await enter(page, scene.booth);
  await page.click("text=Settings");
  await page.click("[data-testid=to-layouts]");
  await page.waitForURL(at("/admin/layouts"));
  await pictured(page);

  await bring(page, [wrong, paper]);
  assert.match(await page.textContent("[data-testid=trouble]"), /party\.toml.*line 11: width is 55/s);
  await sound(page, "layouts-wrong");

  await bring(page, [wedding, paper]);
  await page.waitForURL(/done=layout_added/);
  assert.ok(await page.isChecked("[name='offer:wedding']"));
  await pictured(page);
  for (const language of ["ru", "uz", "en"]) {
    await speak(page, language);
    await pictured(page);
    await sound(page, `layouts-${language}`);
  }
  assert.deepEqual(await offered(), ["single", "strip", "grid", "wedding"]);

  await page.uncheck("[name='offer:wedding']");
  await page.check("[name='offer:large']");
  await page.fill("#offer [name=own_password]", PASSWORD);
  await page.press("#offer [name=own_password]", "Enter");
  await page.waitForURL(/done=layouts_offered/);
  assert.deepEqual(await offered(), ["single", "strip", "grid", "large"]);

  const away = "form[action='/admin/layouts/away']";
  await page.selectOption(`${away} [name=file]`, "wedding.toml");
  await page.fill(`${away} [name=own_password]`, PASSWORD);
  await page.click(`${away} button`);
  await page.waitForURL(/done=layout_away/);
  assert.equal(await page.locator("[data-testid=layout-wedding]").count(), 0);
});
