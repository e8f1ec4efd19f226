// Before the camera: the live view, the consent, the countdown, the shots. A camera that is lost is told, and nothing is sold without it.

import { Refusal, bringShot, isGone } from "../api.js";
import { cameras, closeCamera, nextCamera, openCamera, still } from "../camera.js";
import { make, onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { count, t } from "../language.js";
import { grouped } from "../letters.js";
import { leave, watchOrder } from "../paid-first.js";
import { go, keepFocus, screen } from "../screens.js";
import { settings } from "../settings.js";
import { supportLine } from "../support.js";
import { isTethered, releases, shotOf, showsLive, waitForCamera } from "../tether.js";
import { tellGone, tellTrouble } from "../trouble.js";
import { begin, customer, noteUsed } from "../visit.js";

const SECOND_MS = 1_000;
const FLASH_MS = 250;

// Time to see what was taken, and to make another face.
const BETWEEN_MS = 1_200;

const section = document.querySelector(".shoot");
section.dataset.live = showsLive ? "yes" : "no";

const TITLES = {
  freeing: "shoot.freeing",
  ready: "shoot.title",
  waiting: releases ? "shoot.look" : "shoot.press",
  missing: "shoot.missing",
  lost: "shoot.lost",
};

// Then somebody has to press something.
const ASKING = ["ready", "lost", "missing"];
let visit = null;

function show(phase) {
  visit.phase = phase;
  render();
  if (ASKING.includes(phase)) keepFocus(section);
}

const pause = (ms) => new Promise((done) => visit.stay.after(ms, done));

async function openLive() {
  const mine = visit;
  show("opening");
  try {
    if (isTethered) await waitForCamera(customer().session, mine.stay, () => mine === visit && show("freeing"));
    if (mine.stay.over) return;
    if (showsLive) await openCamera(part("live-view"), mine.stay, () => mine === visit && show("lost"));
    if (mine.stay.over) return;
    mine.several = showsLive && (await cameras()).length > 1;
    if (!mine.stay.over && ["opening", "freeing"].includes(mine.phase)) show("ready");
  } catch (refusal) {
    if (mine.stay.over) return;
    show("lost");
    // The camera is no matter then: its session is over.
    if (isGone(refusal)) tellGone();
  }
}

async function shoot() {
  const mine = visit;
  if (mine.phase !== "ready") return;
  const brought = [];
  const run = {};
  // A camera that was lost meanwhile, and whoever began anew since, end this one.
  const isOver = () => mine.stay.over || mine.phase === "lost" || mine.run !== run;
  Object.assign(mine, { taken: [], run });
  try {
    // Pictures of before, or from the phone, are not mixed with the new ones.
    if (customer().used) {
      show("opening");
      await begin(customer().layout);
      if (isOver()) return;
    }
    noteUsed("camera");
    const { layout, session } = customer();
    for (let shot = 0; shot < layout.shots; shot += 1) {
      mine.shot = shot;
      for (let left = releases ? settings.pictures.countdown : 0; left > 0; left -= 1) {
        mine.left = left;
        show("counting");
        await pause(SECOND_MS);
        if (isOver()) return;
      }
      if (isTethered) {
        await takeTethered(mine, session, shot, isOver);
      } else {
        const picture = still(part("live-view"));
        mine.taken.push(picture);
        const bringing = bringShot(session.id, shot, picture);
        // It is awaited below; until then a failure is nobody's surprise.
        bringing.catch(() => {});
        brought.push(bringing);
        show("flash");
        await pause(FLASH_MS);
      }
      if (isOver()) return;
      if (shot + 1 < layout.shots) {
        show("between");
        await pause(BETWEEN_MS);
      }
      if (isOver()) return;
    }
    show("keeping");
    await Promise.all(brought);
    // All are taken: a camera that goes away now changes nothing.
    if (!mine.stay.over && mine.run === run) go("review");
  } catch (refusal) {
    if (isOver()) return;
    if (!(refusal instanceof Refusal)) return show("lost");
    // The camera is there, and the server did not take what it saw.
    startOver("ready");
    told(refusal, shoot);
  }
}

/** The camera's own program brings the picture to the server. What does not come is told, and tried once more as often as somebody likes. */
async function takeTethered(mine, session, shot, isOver) {
  while (!isOver()) {
    show("waiting");
    const picture = await shotOf(session, shot);
    if (isOver()) return;
    if (picture) {
      mine.taken.push(picture);
      return;
    }
    const again = new Promise((done) => (mine.again = done));
    show("missing");
    await again;
  }
}

async function toPhone() {
  const mine = visit;
  try {
    if (customer().used === "camera") await begin(customer().layout);
    if (!mine.stay.over) go("phone");
  } catch (refusal) {
    if (!mine.stay.over) told(refusal, toPhone);
  }
}

const told = (refusal, retry) => tellTrouble(refusal, retry, { what: "camera" });

function startOver(phase) {
  Object.assign(visit, { shot: 0, left: 0, taken: [], run: null });
  show(phase);
}

function again() {
  // Only the shot that is missing.
  if (visit.phase === "missing") return visit.again();
  startOver("opening");
  openLive();
}

function render() {
  const { phase, shot, left, taken, several } = visit;
  const { layout, session } = customer();
  section.dataset.phase = phase;
  for (const element of section.querySelectorAll("[data-at]")) {
    element.hidden = !element.dataset.at.split(" ").includes(phase);
  }
  const [first] = layout.places.filter((place) => place.shot === (shot ?? 0));
  const shape = (first.width * layout.width) / (first.height * layout.height);
  part("live-frame").style.setProperty("--shape", shape.toFixed(4));
  part("shoot-other").hidden = phase !== "ready" || !several;
  part("shoot-phone").hidden = !session?.telegram_url || !["ready", "lost"].includes(phase);
  say("shoot-title", t(TITLES[phase] ?? "shoot.look"));
  say("shoot-waiting", t(releases ? "shoot.coming" : "shoot.look"));
  say("shoot-what", count("shots", layout.shots));
  say("shoot-phone-line", supportLine());
  const { order } = customer();
  part("shoot-paid").hidden = !order || !ASKING.includes(phase);
  say("shoot-order", order ? grouped(order.order_id) : "");
  say("shoot-lost-text", t(order ? "shoot.lostPaid" : "shoot.lostText"));
  say("shoot-back-text", t(order ? "shoot.later" : "button.back"));
  say("shoot-left", phase === "counting" ? String(left) : "");
  const of = t("shoot.of", { n: (shot ?? 0) + 1, all: layout.shots });
  say("shoot-of", phase === "keeping" ? t("shoot.keeping") : of);
  const row = part("shoot-taken");
  while (row.childElementCount > taken.length) row.lastChild.remove();
  taken.slice(row.childElementCount).forEach((picture) => {
    const image = make("img");
    image.src = picture;
    image.alt = "";
    row.append(image);
  });
}

screen("shoot", {
  enter(stay) {
    visit = { stay, phase: "opening", shot: 0, left: 0, taken: [], several: false, run: null };
    part("shoot-taken").replaceChildren();
    stay.signal.addEventListener("abort", () => part("shoot-taken").replaceChildren());
    // While pictures are taken and kept, nothing is to be pressed.
    watchIdle(stay, undefined, () => !ASKING.includes(visit.phase));
    watchOrder(stay);
    openLive();
  },
  render,
});

onPress("shoot-go", shoot);
onPress("shoot-again", again);
onPress("shoot-back", () => (customer().order ? leave() : go("layout", { back: true })));
onPress("shoot-phone", toPhone);
onPress("shoot-other", async () => {
  await nextCamera();
  closeCamera();
  go("shoot");
});
