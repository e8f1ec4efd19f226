// The words: all three languages say the same things, with the same blanks to fill, and nothing asks for a missing one.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const server = new URL("../server/", import.meta.url);
const read = (path) => readFile(new URL(path, server), "utf8");

const LANGUAGES = ["ru", "uz", "en"];
const texts = Object.fromEntries(
  await Promise.all(LANGUAGES.map(async (code) => [code, JSON.parse(await read(`src/texts/${code}.json`))])),
);

const blanks = (words) => [...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("the languages have the same keys and the same blanks", () => {
  for (const code of LANGUAGES) {
    assert.deepEqual(Object.keys(texts[code]), Object.keys(texts.ru), code);
    for (const [key, words] of Object.entries(texts[code])) {
      assert.ok(words.trim(), `${key} says nothing in ${code}`);
      assert.deepEqual(blanks(words), blanks(texts.ru[key]), `${key} in ${code}`);
    }
  }
});

test("Uzbek is written with its own letters", () => {
  for (const [key, words] of Object.entries(texts.uz)) {
    assert.doesNotMatch(words, /['’‘`´]/, `${key}: oʻ and gʻ take ʻ (U+02BB), the tutuq is ʼ (U+02BC)`);
    assert.doesNotMatch(words, /[Ѐ-ӿ]/, `${key} has a Cyrillic letter`);
  }
});

test("Uzbek says what the others say, where the dictionary's word says something else", () => {
  const { uz } = texts;
  // The customer speaks: "I do not wait", not an order to him.
  assert.equal(uz["stuck.leave"], "Kutmayman");
  assert.match(uz["mode.demo"], /^Demo /);
  // "Ishlab chiqish" is development and production alike.
  assert.doesNotMatch(uz["mode.development"], /ishlab chiq/i);
  assert.match(uz["mode.development"], /^Dasturchi .*mijozlar uchun emas$/);
});

test("every key that the page asks for exists", async () => {
  const folder = new URL("assets/kiosk/js/", server);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js"));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), "utf8")));
  const code = sources.join("\n");
  const markup = await read("templates/kiosk.html");
  const asked = [
    ...[...code.matchAll(/\bt\("([\w.]+)"/g)].map(([, key]) => key),
    ...[...code.matchAll(/\bcount\("([\w.]+)"/g)].map(([, key]) => `${key}.other`),
    ...[...markup.matchAll(/data-t(?:-label)?="([\w.]+)"/g)].map(([, key]) => key),
  ];
  assert.ok(asked.length > 50, "the keys are found");
  for (const key of asked) assert.ok(key in texts.ru, `${key} is missing`);
});
