// The customer's own picture in the place of the drawn strips, on the screens that follow the shots.

import { part } from "./dom.js";
import { customer, onWipe } from "./visit.js";

/** Puts it into a holder, or takes it out again when there is none. */
export function showOwn(name) {
  const holder = part(name);
  const { picture } = customer();
  holder.classList.toggle("with-own", Boolean(picture));
  let image = holder.querySelector(".own");
  if (!picture) return image?.remove();
  if (!image) {
    image = document.createElement("img");
    image.className = "own";
    image.alt = "";
    holder.append(image);
  }
  if (image.src !== picture) image.src = picture;
}

// Also on the screens that are not shown now.
onWipe(() => {
  for (const image of document.querySelectorAll(".own")) {
    image.parentElement.classList.remove("with-own");
    image.remove();
  }
});
