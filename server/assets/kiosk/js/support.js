// The line with the booth's support phone, where it has one.

import { t } from "./language.js";
import { settings } from "./settings.js";

/** Longer lines than this hold more than a number, and must be able to break. */
const ONE_NUMBER = 20;

/** Empty without a phone; a number is never broken over two lines. */
export function supportLine() {
  const { support_phone: written } = settings.booth;
  const phone = written.length > ONE_NUMBER ? written : written.replace(/ /g, "\u00a0");
  return phone ? t("phone", { phone }) : "";
}
