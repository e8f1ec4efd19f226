// The browser's own printing of a composed picture: one page for each copy, with nothing else on it. What comes out of the printer, nobody
// tells this page.

import { make, part } from "./dom.js";

const sheets = part("print-pictures");

/** Puts the pages into the document; picture is a data address. Whether the browser can draw them. */
export async function layOutPictures(picture, copies) {
  const images = Array.from({ length: copies }, () => {
    const image = make("img");
    image.src = picture;
    image.alt = "";
    return image;
  });
  sheets.replaceChildren(...images);
  try {
    await Promise.all(images.map((image) => image.decode()));
    return true;
  } catch {
    dropPictures();
    return false;
  }
}

/** Hands over the pages that are laid out. */
export function printPictures() {
  document.body.dataset.prints = "picture";
  try {
    // In an ordinary browser this waits for the dialog; in kiosk printing it returns at once.
    print();
  } catch {
    // A browser that cannot print must not keep the customer from the last screens.
  }
  dropPictures();
  delete document.body.dataset.prints;
}

/** Takes pages that are not printed out of the document. */
export const dropPictures = () => sheets.replaceChildren();
