// Pictures from the customer's own phone, by Telegram, into the same layout.

import { isGone, readShots } from "../api.js";
import { onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { t } from "../language.js";
import { watchOrder } from "../paid-first.js";
import { go, screen } from "../screens.js";
import { tellGone } from "../trouble.js";
import { customer, noteUsed } from "../visit.js";

const ASK_MS = 2_000;

// Somebody who looks for pictures on the phone does not touch this screen.
const QUIET_SECONDS = 180;

let visit = null;

function render() {
  const { session, layout } = customer();
  const code = session.qrCode ?? "";
  part("phone-code").src = code.startsWith("data:image/png;base64,") ? code : "";
  part("phone-code").alt = t("qr.alt");
  say("phone-count", t("phone.count", { n: visit.count, all: layout.shots }));
  part("phone-next").setAttribute("aria-disabled", String(visit.count < layout.shots));
}

screen("phone", {
  enter(stay) {
    visit = { stay, count: 0, gone: false };
    const { session } = customer();
    noteUsed("phone");
    watchIdle(stay, QUIET_SECONDS);
    watchOrder(stay);
    stay.signal.addEventListener("abort", () => part("phone-code").removeAttribute("src"));
    stay.every(ASK_MS, async () => {
      try {
        const answer = await readShots(session.id);
        if (stay.over) return;
        visit.count = answer.session.uploaded_count;
        render();
      } catch (refusal) {
        if (stay.over || visit.gone || !isGone(refusal)) return;
        visit.gone = true;
        tellGone();
      }
    });
  },
  render,
});

onPress("phone-back", () => go("shoot"));
onPress("phone-next", () => {
  if (visit.count >= customer().layout.shots) go("review");
});
