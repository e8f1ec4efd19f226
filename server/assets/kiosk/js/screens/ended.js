// An order that ended without a print: cancelled, refunded, unknown, or left to be claimed later.

import { numberCodeOf } from "../api.js";
import { boothTime } from "../booth-time.js";
import { onPress, part, say } from "../dom.js";
import { language, t } from "../language.js";
import { forget, remember } from "../memory.js";
import { grouped } from "../letters.js";
import { go, screen } from "../screens.js";
import { serverNow } from "../server-clock.js";
import { supportLine } from "../support.js";

/** icon, how long it stays, and whether the customer needs the order's number and the phone afterwards. */
const ENDINGS = {
  cancelled: { icon: "cross", seconds: 6, keep: false },
  withdrawn: { icon: "cross", seconds: 20, keep: true },
  refunded: { icon: "return", seconds: 30, keep: true },
  later: { icon: "clock", seconds: 30, keep: true },
  owed: { icon: "clock", seconds: 90, keep: true },
  unshot: { icon: "camera", seconds: 90, keep: true },
  past: { icon: "clock", seconds: 30, keep: true },
  unsure: { icon: "ask", seconds: 90, keep: true },
  printed: { icon: "check", seconds: 20, keep: true },
  elsewhere: { icon: "ask", seconds: 20, keep: true },
  unknown: { icon: "ask", seconds: 20, keep: true },
};

const day = (ms) => boothTime(ms ?? serverNow(), { dateStyle: "short" });

let why = "cancelled";
let id = "";
let until = null;
let booth = null;

screen("ended", {
  /** With `at`, when it came up before a reload: for the rest of its time. */
  enter(stay, { at = null, ...ending }) {
    ({ why, id, until = null, booth = null } = ending);
    const { seconds, keep } = ENDINGS[why];
    const left = seconds * 1000 - (at === null ? 0 : Math.abs(Date.now() - at));
    // A computer that was off meanwhile: its customer has left.
    if (left <= 0) return go("start");
    // Whoever has to keep the number has it nowhere else.
    if (!keep) forget();
    else if (at === null) remember({ id, language: language(), ended: { why, until, booth } });
    part("ended-keep").hidden = true;
    if (keep) part("ended-code").src = numberCodeOf(id);
    stay.signal.addEventListener("abort", () => part("ended-code").removeAttribute("src"));
    stay.after(left, () => go("start"));
  },
  render() {
    const { icon, keep } = ENDINGS[why];
    document.querySelector(".ended").dataset.keep = String(keep);
    part("ended-icon").setAttribute("href", `#i-${icon}`);
    say("ended-title", t(`ended.${why}.title`));
    say("ended-text", why === "elsewhere" && booth ? t("ended.elsewhere.at", { booth }) : t(`ended.${why}.text`, { date: day(until) }));
    say("ended-order", grouped(id));
    say("ended-phone", keep ? supportLine() : "");
    part("ended-order-line").hidden = !keep;
  },
});

// Of a number that is nobody's, and while the server is away, there is none.
part("ended-code").addEventListener("load", () => (part("ended-keep").hidden = false));

onPress("ended-home", () => go("start"));
