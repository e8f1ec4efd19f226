// Pictures from the customer's own phone, by Telegram, into the same layout.

import { readShots } from "../api.js";
import { onPress, part, say } from "../dom.js";
import { watchIdle } from "../idle.js";
import { t } from "../language.js";
import { watchOrder } from "../paid-first.js";
import { go, screen } from "../screens.js";
import { customer, noteUsed } from "../visit.js";

const ASK_MS = 2_000;

/** The session is over: what is paid begins anew. */
const again = () => (customer().order ? go("paid", customer().order) : go("start"));

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
    visit = { stay, count: 0 };
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
        if (!stay.over && [404, 410].includes(refusal.status)) again();
      }
    });
  },
  render,
});

onPress("phone-back", () => go("shoot"));
onPress("phone-next", () => {
  if (visit.count >= customer().layout.shots) go("review");
});
