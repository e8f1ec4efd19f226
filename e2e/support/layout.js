// What must hold for every screen: nothing scrolls, sticks out or overlaps, no picture covers a word or a button, no word is wider
// than its place or broken, targets are large, text is legible.

import assert from "node:assert/strict";

/** The screens of booths, and a phone. */
export const SIZES = ["1080x1920", "1920x1080", "1366x768", "1024x768", "800x480", "390x844"];

const SMALLEST_TARGET = 44;
const SMALLEST_CONTRAST = 4.5;
const LARGE_TEXT_CONTRAST = 3;

/** Runs inside the page, when nothing moves any more; returns what is wrong with the screen shown, one line each. */
async function inspect({ smallestTarget, smallestContrast, largeTextContrast }) {
  await document.fonts.ready;
  const moving = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity);
  await Promise.all(moving.map((animation) => animation.finished.catch(() => {})));

  const faults = [];
  const name = (element) => element.dataset.testid || element.className || element.tagName;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden]");
  const root = document.documentElement;
  const main = document.querySelector("main").getBoundingClientRect();
  const section = document.querySelector("main > section:not([hidden])");
  const veil = document.querySelector(".veil:not([hidden])");

  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) faults.push("the page scrolls");
  if (section.scrollHeight > section.clientHeight + 1) faults.push("the screen is higher than its place");

  for (const element of document.querySelectorAll("header *, .mode *, main section *, .veil *")) {
    if (!shown(element) || element.closest("svg")) continue;
    const { left, top, right, bottom, width } = element.getBoundingClientRect();
    const inFrame = element.closest("header, .mode");
    const ceiling = inFrame ? 0 : main.top;
    if (width && (left < -1 || top < ceiling - 1 || right > innerWidth + 1 || bottom > innerHeight + 1)) {
      faults.push(`${name(element)} sticks out: ${[left, top, right, bottom].map(Math.round)}`);
    }
  }

  for (const target of document.querySelectorAll("button, a[href]")) {
    if (!shown(target)) continue;
    const { width, height } = target.getBoundingClientRect();
    if (width < smallestTarget - 0.5 || height < smallestTarget - 0.5) {
      faults.push(`${name(target)} is ${Math.round(width)}x${Math.round(height)}`);
    }
    if (target.scrollWidth > target.clientWidth + 2) faults.push(`${name(target)} does not hold its words`);
  }

  const blocks = [...section.children].filter((child) => shown(child));
  blocks.forEach((one, i) => {
    const a = one.getBoundingClientRect();
    for (const other of blocks.slice(i + 1)) {
      const b = other.getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) faults.push(`${name(one)} overlaps ${name(other)}`);
    }
  });

  const speaks = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of document.querySelectorAll("main section *")) {
    if (!shown(element) || veil || !(speaks(element) || element.matches("button, a[href]"))) continue;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const covers = [left + 2, (left + right) / 2, right - 2].map((x) => document.elementFromPoint(x, (top + bottom) / 2));
    if (covers.some((cover) => cover?.matches("[aria-hidden] img"))) {
      faults.push(`${name(element)} is covered by a picture`);
    }
  }

  for (const element of document.querySelectorAll("main section *, .veil *")) {
    if (!shown(element) || !speaks(element) || element.closest("button, a")) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const [words, holder] = [range.getBoundingClientRect(), element.closest("p, h1, h2, li, output, .dial") ?? element];
    const { left, right } = holder.getBoundingClientRect();
    if (words.left < left - 1 || words.right > right + 1) faults.push(`${name(element)} does not hold its words`);
  }

  // A sum, with its currency, is one word here, as it is for whoever pays it. What the owner has named may be longer than any place.
  for (const element of document.querySelectorAll("header *, .mode *, main section *, .veil *")) {
    if (!shown(element) || element.closest("[data-testid=start-name], [data-testid=booth-name], .phone")) continue;
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      for (const { 0: word, index } of node.data.matchAll(/[^ \t\n-]+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
        if (lines.size > 1) faults.push(`${name(element)} breaks "${word}" over ${lines.size} lines`);
      }
    }
  }

  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  for (const element of document.querySelectorAll("header *, .mode *, main section *, .veil *")) {
    if (!speaks(element) || !shown(element) || (veil && element.closest("main"))) continue;
    // What cannot be pressed is exempt, as in WCAG 1.4.3.
    if (element.closest(":disabled, [aria-disabled=true]")) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [channels(style.color), groundOf(element)].map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? largeTextContrast : smallestContrast)) {
      faults.push(`${name(element)} has contrast ${ratio.toFixed(2)}`);
    }
  }
  return faults;
}

export function layoutFaults(page) {
  const limits = {
    smallestTarget: SMALLEST_TARGET,
    smallestContrast: SMALLEST_CONTRAST,
    largeTextContrast: LARGE_TEXT_CONTRAST,
  };
  return page.evaluate(inspect, limits);
}

/** The screen that is shown is right at every size in every language; `E2E_PICTURES` names a folder for pictures of it, by `name`. */
export async function fitsEverywhere(page, name) {
  for (const size of SIZES) {
    const [width, height] = size.split("x").map(Number);
    await page.setViewportSize({ width, height });
    for (const language of ["uz", "en", "ru"]) {
      await page.evaluate((code) => document.querySelector(`[data-testid=lang-${code}]`).click(), language);
      assert.deepEqual(await layoutFaults(page), [], `${name} at ${size} in ${language}`);
      const folder = process.env.E2E_PICTURES;
      if (folder) await page.screenshot({ path: `${folder}/${name}-${size}-${language}.png` });
    }
  }
}
