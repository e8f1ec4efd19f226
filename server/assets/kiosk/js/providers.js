// The ways to pay that this page can offer; the booth's settings say which of them it does.

import { make } from "./dom.js";
import { settings } from "./settings.js";

const known = {
  payme: { name: "Payme" },
  click: { name: "Click" },
  uzum: { name: "Uzum" },
  uzum_qr: { name: "Uzum" },
  uzqr: { name: "UzQR" },
};

export const offered = settings.providers.filter((id) => known[id]);

export const nameOf = (id) => known[id]?.name ?? id;

/** The national code is the same for every order, any app scans it, and staff confirm what came. */
export const isUzqr = (id) => id === "uzqr";

/** The wallet's official logo where the booth's owner has put one, else its name; also where the logo cannot be shown. */
export function wordmark(id) {
  const mark = make("b", "wordmark", nameOf(id));
  const address = settings.logos?.[id];
  if (!address) return mark;
  const logo = make("img", "logo");
  logo.alt = nameOf(id);
  logo.addEventListener("error", () => {
    mark.textContent = nameOf(id);
    delete mark.dataset.logo;
  });
  logo.src = address;
  mark.textContent = "";
  mark.dataset.logo = "";
  mark.append(logo);
  return mark;
}
