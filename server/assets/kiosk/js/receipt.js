// The printed receipt: filled here, laid out by print.css, handed to the browser's print.

import { boothTime } from "./booth-time.js";
import { say } from "./dom.js";
import { count, t } from "./language.js";
import { money } from "./money.js";
import { grouped } from "./letters.js";
import { nameOf } from "./providers.js";
import { serverNow } from "./server-clock.js";
import { settings } from "./settings.js";
import { supportLine } from "./support.js";

export function printReceipt(order) {
  say("receipt-booth", settings.booth.name);
  say("receipt-mode", settings.mode === "production" ? "" : t("receipt.trial"));
  say("receipt-order", grouped(order.order_id));
  say("receipt-copies", count("copies", order.copies));
  say("receipt-sum", money(order.amount_soum));
  say("receipt-date", boothTime(serverNow(), { dateStyle: "short", timeStyle: "short" }));
  say("receipt-paid", order.provider ? t("receipt.paid", { name: nameOf(order.provider) }) : "");
  say("receipt-phone", supportLine());
  try {
    // In an ordinary browser this waits for the dialog; in kiosk printing it returns at once.
    print();
  } catch {
    // A browser that cannot print must not keep the customer from the last screens.
  }
}
