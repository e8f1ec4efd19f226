// The payment apps this page can offer; the booth's settings say which of them it does.

import { settings } from "./settings.js";

const known = {
  payme: { name: "Payme" },
  click: { name: "Click" },
  uzum: { name: "Uzum" },
};

export const offered = settings.providers.filter((id) => known[id]);

export const nameOf = (id) => known[id]?.name ?? id;
