// Reaching the page's parts by their stable names, and the few changes made to them.

/** The page's names are its data-testid attributes: one name for the code and for the tests. */
export const part = (name) => document.querySelector(`[data-testid="${name}"]`);

export function say(name, words) {
  const element = part(name);
  // Writing the same words again would make a screen reader repeat them.
  if (element.textContent !== words) element.textContent = words;
}

export const onPress = (name, handler) => part(name).addEventListener("click", handler);

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function make(tag, className, words = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = words;
  return element;
}

/** A ring is a circle with pathLength 100, so that a share of it needs no geometry. */
export function fillRing(name, share) {
  const rest = 100 * (1 - Math.min(1, Math.max(0, share)));
  part(name).setAttribute("stroke-dashoffset", rest.toFixed(1));
}
