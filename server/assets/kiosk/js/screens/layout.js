// Which layout: each is drawn as the customer will hold it, with a place for each shot.

import { readLayouts } from "../api.js";
import { make, onPress, part } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, language, t } from "../language.js";
import { leave, watchOrder } from "../paid-first.js";
import { go, keepFocus, screen } from "../screens.js";
import { tellTrouble } from "../trouble.js";
import { begin, customer, payFirst, wipePictures } from "../visit.js";

const SVG = "http://www.w3.org/2000/svg";

let visit = null;

function drawing({ width, height, places }) {
  const svg = document.createElementNS(SVG, "svg");
  const margin = Math.round(Math.min(width, height) * 0.05);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const box = (x, y, wide, high, name) => {
    const rect = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ x, y, width: wide, height: high })) rect.setAttribute(key, value);
    rect.setAttribute("class", name);
    svg.append(rect);
  };
  box(0, 0, width, height, "sheet");
  const [inner, high] = [width - 2 * margin, height - 2 * margin];
  for (const place of places) {
    box(margin + place.x * inner, margin + place.y * high, place.width * inner, place.height * high, "shot");
  }
  return svg;
}

const trouble = (refusal, again) => tellTrouble(refusal, again, { what: "camera" });

async function load() {
  const mine = visit;
  try {
    const { layouts } = await readLayouts();
    if (mine.stay.over) return;
    Object.assign(mine, { layouts, loaded: true });
    render();
    keepFocus(part("layouts"));
    // One layout is no choice.
    if (mine.layouts.length === 1 && !mine.back) choose(mine.layouts[0]);
  } catch (refusal) {
    if (!mine.stay.over) trouble(refusal, load);
  }
}

async function choose(layout) {
  const mine = visit;
  if (mine.busy) return;
  mine.busy = true;
  try {
    await begin(layout);
    if (!mine.stay.over) go(payFirst && !customer().order ? "copies" : "shoot");
  } catch (refusal) {
    if (!mine.stay.over) trouble(refusal, () => choose(layout));
  }
  mine.busy = false;
}

function render() {
  const tiles = visit.layouts.map((layout, i) => {
    const tile = make("button", "layout");
    tile.dataset.testid = `layout-${layout.id}`;
    if (i === 0) tile.dataset.primary = "";
    const name = make("b", "", layout.names[language()] ?? layout.id);
    const what = [count("shots", layout.shots), layout.twice ? t("layout.twice") : ""].filter(Boolean).join(" · ");
    tile.append(drawing(layout), name, make("span", "", what));
    tile.addEventListener("click", () => choose(layout));
    return tile;
  });
  // Another language draws them anew.
  const at = [...part("layouts").children].indexOf(document.activeElement);
  part("layouts").replaceChildren(...tiles);
  tiles[at]?.focus({ preventScroll: true });
  part("layouts").dataset.count = String(tiles.length);
  part("layouts-none").hidden = tiles.length > 0 || !visit.loaded;
}

screen("layout", {
  enter(stay, { back = false } = {}) {
    // Who has paid chooses once more, because the layout is gone.
    if (!customer().order) wipePictures();
    visit = { stay, layouts: [], loaded: false, busy: false, back };
    watchIdle(stay);
    watchOrder(stay);
    load();
  },
  render,
});

onPress("layout-back", () => (customer().order ? leave() : go("start", { same: true })));
