// The booth's page starts here: the frame around the screens, and the first screen.

import { whenAlone } from "./alone.js";
import { pair, pairByToken } from "./api.js";
import { icon, make, part, say } from "./dom.js";
import { language, onLanguage, setLanguage, t } from "./language.js";
import { noteLanguage, recall } from "./memory.js";
import { go } from "./screens.js";
import { settings } from "./settings.js";
import { wipeLeftovers } from "./visit.js";
import "./screens/start.js";
import "./screens/layout.js";
import "./screens/shoot.js";
import "./screens/phone.js";
import "./screens/review.js";
import "./screens/copies.js";
import "./screens/method.js";
import "./screens/payment.js";
import "./screens/finish.js";
import "./screens/ended.js";
import "./screens/claim.js";
import "./screens/pair.js";
import "./screens/second.js";

const LANGUAGE_NAMES = { uz: "Oʻzbekcha", ru: "Русский", en: "English" };

// Longer names take two lines of smaller letters.
const LONG_NAME = 24;

function fillFrame() {
  say("booth-name", settings.booth.name);
  part("booth-name").dataset.size = settings.booth.name.length > LONG_NAME ? "small" : "";
  part("mode-banner").hidden = settings.mode === "production";

  for (const code of settings.languages) {
    const chip = make("button", "chip");
    chip.append(icon("check"), make("span", "", LANGUAGE_NAMES[code] ?? code));
    chip.dataset.testid = `lang-${code}`;
    chip.lang = code;
    chip.addEventListener("click", () => setLanguage(code));
    part("languages").append(chip);
  }

  onLanguage(() => {
    if (settings.mode !== "production") say("mode-text", t(`mode.${settings.mode}`));
    part("languages").setAttribute("aria-label", t("languages"));
    for (const code of settings.languages) {
      part(`lang-${code}`).setAttribute("aria-pressed", String(code === language()));
    }
  });
}

// A kiosk has no use for the browser's own menus and drags.
for (const type of ["contextmenu", "dragstart", "selectstart"]) {
  document.addEventListener(type, (event) => event.preventDefault());
}

fillFrame();
setLanguage(settings.default_language);

function begin() {
  // A browser on the server's own computer is the booth's. When it does not work now, the first order tries again.
  if (document.body.dataset.access === "itself") pair().catch(() => {});

  // On another computer the owner has written the token behind the page's address. It does not stay there to be read.
  const token = new URLSearchParams(location.hash.slice(1)).get("pair");
  if (token) {
    history.replaceState(null, "", location.pathname);
    pairByToken(token).then(() => go("start"), () => {});
  }

  wipeLeftovers();
  const saved = recall();
  if (saved) {
    // A reload must not change the language under the customer's hands either.
    setLanguage(saved.language);
    if (saved.ended) go("ended", { ...saved.ended, id: saved.id, at: saved.at });
    else go("payment", { saved });
  } else {
    go("start");
  }
  onLanguage(() => noteLanguage(language()));
}

whenAlone(begin, () => go("second"));
