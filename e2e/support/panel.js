// What the tests of the owner's panel share: getting in, and what a page has to hold whoever looks at it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };
export const PASSWORD = "seven blue photo strips";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Where to put pictures of the pages, for a person to look at: E2E_PICTURES=folder.
const pictures = process.env.E2E_PICTURES;

/** Sets the owner's password by a new link, as somebody does who has lost it. */
export async function enter(page, booth) {
  const said = await booth.command("admin", "reset");
  const path = /\/admin\/link\/[0-9a-f]+/.exec(said.out ?? said)?.[0];
  assert.ok(path, said.err);
  await page.goto(new URL(path, booth.url).href);
  await page.fill("[name=password]", PASSWORD);
  await page.fill("[name=again]", PASSWORD);
  await page.click("main button");
  await page.waitForURL(new URL("/admin", booth.url).href);
}

/** Presses what leads to another page, and waits until that one is there: what is looked at next must not be the page before. */
export async function follow(page, selector) {
  await Promise.all([page.waitForEvent("load"), page.click(selector)]);
}

/** Switches the panel's language. The page may be in that language already. */
export async function speak(page, language) {
  await follow(page, `.languages [value=${language}]`);
  await page.waitForSelector(`html[lang=${language}]`);
}

/** Nothing beyond the page's edge, no fault that axe knows. */
export async function sound(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  // Not as an element: the page's policy runs nothing that is not the server's.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(said, [], name);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** The same on a phone and on a desktop. */
export async function soundInBothSizes(page, name) {
  for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await page.setViewportSize(viewport);
    await sound(page, `${size}-${name}`);
  }
}
