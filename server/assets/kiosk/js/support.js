// The line with the booth's support phone, where it has one.

import { t } from "./language.js";
import { settings } from "./settings.js";

/** Empty without a phone; the number is never broken over two lines. */
export function supportLine() {
  const phone = settings.booth.support_phone.replace(/ /g, "\u00a0");
  return phone ? t("phone", { phone }) : "";
}
