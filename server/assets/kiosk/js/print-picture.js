// The browser's own printing of a composed picture: one page for each copy, with nothing else on it. What comes out of the printer, nobody
// tells this page.

import { make, part } from "./dom.js";

/** picture is a data address. Resolves when it was handed over. */
export async function printPictures(picture, copies) {
  const sheets = part("print-pictures");
  const images = Array.from({ length: copies }, () => {
    const image = make("img");
    image.src = picture;
    image.alt = "";
    return image;
  });
  sheets.replaceChildren(...images);
  document.body.dataset.prints = "picture";
  try {
    await Promise.all(images.map((image) => image.decode()));
    // In an ordinary browser this waits for the dialog; in kiosk printing it returns at once.
    print();
  } catch {
    // A browser that cannot print must not keep the customer from the last screens.
  }
  sheets.replaceChildren();
  delete document.body.dataset.prints;
}
