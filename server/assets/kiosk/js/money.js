// Sums in so'm: exact arithmetic on the server's decimal strings, and how a sum is written.

import { t } from "./language.js";
import { settings } from "./settings.js";
import { customer } from "./visit.js";

// The shipped letters have no narrow space; another font's would be as wide as that font likes.
const SPACE = "\u00a0";

function toTiyin(soum) {
  const [whole, part = ""] = String(soum).split(".");
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, "0").slice(0, 2));
}

function digits(tiyin) {
  const whole = String(tiyin / 100n).replace(/\B(?=(\d{3})+$)/g, SPACE);
  const rest = tiyin % 100n;
  return rest ? `${whole},${String(rest).padStart(2, "0")}` : whole;
}

/** "30 000 so'm" in the customer's language. */
export const money = (soum) => t("money", { sum: digits(toTiyin(soum)) });

/** For display only: what the customer pays is decided by the server. */
export const prices = () => customer().prices ?? settings.prices;

const tiyinFor = (copies) => toTiyin(prices().base_soum) + BigInt(copies - 1) * toTiyin(prices().extra_copy_soum);

export const priceOf = (copies) => t("money", { sum: digits(tiyinFor(copies)) });

/** The same price as the server writes it, "40000" or "40000.50". */
export function soumFor(copies) {
  const tiyin = tiyinFor(copies);
  const rest = tiyin % 100n;
  return `${tiyin / 100n}${rest ? `.${String(rest).padStart(2, "0")}` : ""}`;
}

/** How the sum comes about, "20 000 + 2 × 10 000"; empty for one copy. */
export function breakdown(copies) {
  if (copies === 1) return "";
  return `${digits(toTiyin(prices().base_soum))} + ${copies - 1} × ${digits(toTiyin(prices().extra_copy_soum))}`;
}
