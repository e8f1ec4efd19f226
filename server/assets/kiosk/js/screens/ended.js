// An order that ended without a print: cancelled, refunded, unknown, or left to be claimed later.

import { onPress, part, say } from "../dom.js";
import { t } from "../language.js";
import { forget } from "../memory.js";
import { grouped } from "../letters.js";
import { go, screen } from "../screens.js";
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

/** A day as it is written here, in all three languages. */
const day = (ms) => new Date(ms ?? Date.now()).toLocaleDateString("ru-RU");

let why = "cancelled";
let id = "";
let until = null;
let booth = null;

screen("ended", {
  enter(stay, ending) {
    ({ why, id, until = null, booth = null } = ending);
    forget();
    stay.after(ENDINGS[why].seconds * 1000, () => go("start"));
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

onPress("ended-home", () => go("start"));
