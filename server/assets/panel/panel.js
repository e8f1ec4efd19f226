// What pages do by themselves: parts bring themselves up to date, while somebody looks (the server says "nothing new" by an ETag), and at the
// booth's screen the page leaves when nobody touches it.

const PERIOD_MS = 3000;
const PATIENCE_MS = 10_000;

// How often the server hears that a page at the booth's screen is touched: it ends later than the page does, by more than this.
const TELL_MS = 10_000;

// What can have the focus in such a part: it has it again when the part is new.
const FOCUSED = "a, [tabindex]";

/** Whether this page goes away by itself. */
let leaving = false;

function follow(part) {
  let tag = null;
  let busy = false;
  async function look() {
    if (busy || document.hidden) {
      return;
    }
    busy = true;
    try {
      const headers = tag === null ? {} : { "if-none-match": tag };
      const answer = await fetch(part.dataset.live, {
        headers,
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 401) {
        // The session has ended: the page itself leads to where one gets in, unless it leads away already.
        if (!leaving) location.reload();
        return;
      }
      part.dataset.stale = String(!answer.ok && answer.status !== 304);
      if (answer.status === 200) {
        const html = await answer.text();
        // Whoever is filling in a form here keeps it. A table that somebody scrolls by keyboard is no form.
        const filled = document.activeElement?.closest("form, details");
        if (!filled || !part.contains(filled)) {
          const held = [...part.querySelectorAll(FOCUSED)].indexOf(document.activeElement);
          tag = answer.headers.get("etag");
          part.innerHTML = html;
          part.querySelectorAll(FOCUSED)[held]?.focus({ preventScroll: true });
        }
      }
    } catch {
      part.dataset.stale = "true";
    } finally {
      busy = false;
    }
  }
  setInterval(look, PERIOD_MS);
  document.addEventListener("visibilitychange", look);
}

for (const part of document.querySelectorAll("[data-live]")) {
  follow(part);
}

// A link that is handed on is shown with this server's address before it.
for (const link of document.querySelectorAll("[data-copy]")) {
  link.textContent = new URL(link.dataset.copy, location.href).href;
}

// A page that a browser has kept whole would show by its Back what is no longer this person's.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// At the booth's screen the panel ends by itself, and the customers' screen is back.
const seconds = Number(document.body.dataset.idle ?? 0);
if (seconds > 0) {
  const form = document.querySelector(".leave");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let timer;
  let told = Date.now();

  async function leave() {
    if (leaving) return;
    leaving = true;
    const body = new URLSearchParams(new FormData(form));
    // Nobody reads on while the server does not answer.
    for (const part of document.querySelectorAll("main, .menu, .lintel form")) part.hidden = true;
    for (let left = false; !left; ) {
      try {
        await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
        left = true;
      } catch {
        await pause(PERIOD_MS);
      }
    }
    location.replace("/");
  }

  function touched() {
    clearTimeout(timer);
    timer = setTimeout(leave, seconds * 1000);
    if (leaving || Date.now() - told < TELL_MS) return;
    told = Date.now();
    fetch("/admin/booth/touched", { cache: "no-store", redirect: "manual" }).catch(() => {});
  }

  for (const type of ["pointerdown", "keydown", "wheel", "touchmove", "input"]) {
    addEventListener(type, touched, { capture: true, passive: true });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  touched();
}

// The camera hangs on the computer of the booth's screen: this browser alone knows whether it is there.
const camera = document.querySelector("[data-camera]");
if (camera) {
  const media = navigator.mediaDevices;
  const look = async () => {
    const devices = (await media?.enumerateDevices().catch(() => [])) ?? [];
    const is = devices.some(({ kind }) => kind === "videoinput") ? "there" : "gone";
    for (const said of camera.querySelectorAll("[data-camera-is]")) said.hidden = said.dataset.cameraIs !== is;
  };
  look();
  media?.addEventListener("devicechange", look);
}
