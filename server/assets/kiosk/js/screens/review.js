// The print as it will be: looks, retakes, and on to the copies.

import { isGone } from "../api.js";
import { make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { watchOrder } from "../paid-first.js";
import { go, screen } from "../screens.js";
import { settings } from "../settings.js";
import { tellGone, tellTrouble } from "../trouble.js";
import { begin, compose, customer, noteRetake } from "../visit.js";

let visit = null;

async function draw(look) {
  const mine = visit;
  if (mine.busy) return;
  mine.busy = look;
  render();
  try {
    await compose(look);
    mine.busy = null;
    if (!mine.stay.over) render();
  } catch (refusal) {
    mine.busy = null;
    if (mine.stay.over) return;
    render();
    if (isGone(refusal)) tellGone();
    else tellTrouble(refusal, () => draw(look), { what: "print" });
  }
}

async function retake() {
  const mine = visit;
  const { layout, retakes } = customer();
  if (mine.busy || retakes >= settings.pictures.retakes) return;
  mine.busy = "retake";
  try {
    await begin(layout);
    noteRetake();
    if (!mine.stay.over) go("shoot");
  } catch (refusal) {
    mine.busy = null;
    if (mine.stay.over) return;
    render();
    tellTrouble(refusal, retake, { what: "camera" });
  }
}

function render() {
  const { picture, look, retakes } = customer();
  const { busy } = visit;
  const left = settings.pictures.retakes - retakes;
  part("review-picture").hidden = !picture;
  if (picture) part("review-picture").src = picture;
  part("review-picture").alt = t("review.alt");
  part("review-busy").hidden = !busy;
  for (const chip of part("looks").children) {
    chip.setAttribute("aria-pressed", String(chip.dataset.look === (busy ?? look)));
    chip.textContent = t(`look.${chip.dataset.look}`);
  }
  say("review-left", left > 0 ? count("retakes", left) : t("retakes.none"));
  say("review-next-text", t(customer().order ? "review.print" : "review.next"));
  part("review-retake").setAttribute("aria-disabled", String(left <= 0));
  part("review-next").setAttribute("aria-disabled", String(!picture || Boolean(busy)));
}

for (const look of settings.pictures?.looks ?? []) {
  const chip = make("button", "look");
  chip.dataset.look = look;
  chip.dataset.testid = `look-${look}`;
  chip.addEventListener("click", () => draw(look));
  part("looks").append(chip);
}

screen("review", {
  enter(stay) {
    visit = { stay, busy: null };
    stay.signal.addEventListener("abort", () => part("review-picture").removeAttribute("src"));
    watchIdle(stay, undefined, () => Boolean(visit.busy));
    watchOrder(stay);
    if (!customer().picture) draw(customer().look);
  },
  render,
});

onPress("review-retake", retake);
onPress("review-next", () => {
  const { order, picture } = customer();
  if (!picture || visit.busy) return;
  if (order) go("printing", order);
  else go("copies");
});
