// One customer's pictures: the photo session at the server, the layout, the look, the print as it will be. Nothing of it is left when the
// next customer comes, here or at the server, also after a crash or a reload.

import { beginShots, dropShots, previewOf, shotsOf } from "./api.js";
import { recall, remember } from "./memory.js";
import { settings } from "./settings.js";

const OPEN = "boothpay.shots";

/** Whether this booth takes the pictures itself. */
export const takesPictures = settings.pictures !== null;

/** Whether customers pay before their pictures are taken. */
export const payFirst = settings.pictures?.pay === "first";

const nobody = () => ({
  layout: null,
  look: "colour",
  session: null,
  picture: null,
  used: null,
  // As often as the owner allows, until he goes or pays, whatever layout he takes.
  retakes: 0,
  copies: 1,
  // Of the booth, where they have changed since this page was loaded.
  prices: null,
  sold: false,
  // Paid before its pictures were taken.
  order: null,
});

let visit = nobody();

const wiping = [];

export const customer = () => visit;

/** Whatever else keeps something of a customer lets it go then. */
export const onWipe = (forget) => wiping.push(forget);

function note(id) {
  try {
    if (id) localStorage.setItem(OPEN, id);
    else localStorage.removeItem(OPEN);
  } catch {
    // Without storage the server ends the session by itself.
  }
}

/** What stays with a customer who begins anew, whatever becomes of the pictures. */
const kept = ({ retakes, copies, prices }) => ({ retakes, copies, prices });

/** Forgets the customer. Pictures that no order pays for are deleted at the server at once. */
export function wipe() {
  const { session, sold } = visit;
  visit = nobody();
  note(null);
  for (const forget of wiping) forget();
  if (session && !sold) dropShots(session.id);
}

/** Back to the choice of a layout: the pictures go, the customer stays. */
export function wipePictures() {
  const stays = kept(visit);
  wipe();
  Object.assign(visit, stays);
}

/** After a crash or a reload: what the page before this one had begun is nobody's any more. */
export function wipeLeftovers() {
  let left = null;
  try {
    left = localStorage.getItem(OPEN);
  } catch {
    // Nothing was kept.
  }
  note(null);
  if (left) dropShots(left);
}

/**
 * Takes a paid order up, where it stands at the server: {layout, complete}; the layout is null where it has to be chosen. Also a reload has to
 * know its session: who names an older one gets no code to take the picture home.
 */
export async function takeUp(order, choice = {}) {
  const before = visit;
  const { layout, complete = false, look, retakes = 0, ...session } = await shotsOf(order.order_id, choice);
  if (before !== visit) return { layout, complete };
  const used = complete ? "camera" : null;
  visit = { ...nobody(), order, sold: true, layout };
  if (layout) Object.assign(visit, { look, retakes, session, used });
  const saved = recall();
  if (saved?.id === order.order_id) remember({ ...saved, session: visit.session?.id });
  return { layout, complete };
}

/** A new session for this layout; the one before it goes. */
export async function begin(layout) {
  const before = visit;
  if (before.order) return takeUp(before.order, { layout: layout.id, anew: true });
  const session = await beginShots({ layout: layout.id });
  // Who asked for it has gone meanwhile.
  if (before !== visit) return dropShots(session.id);
  visit = { ...nobody(), ...kept(before), layout, session };
  note(session.id);
  if (before.session && !before.sold) dropShots(before.session.id);
}

/** The print as it will be, with this look. */
export async function compose(look) {
  const mine = visit;
  const { picture } = await previewOf(mine.session.id, { layout: mine.layout.id, look });
  // Only a picture is put into the page, and only that of who is here.
  if (mine !== visit || !picture.startsWith("data:image/jpeg;base64,")) return;
  Object.assign(visit, { look, picture });
}

/** Pictures are in its session, or may come at any time: by the "camera" or by the "phone". */
export const noteUsed = (by) => (visit.used = by);

export const noteRetake = () => {
  // Of what is paid the server counts.
  if (!visit.order) visit.retakes += 1;
};

/** An order pays for it: the server keeps the pictures until their time, whatever becomes of this page. */
export function noteSold() {
  if (!visit.session) return;
  visit.sold = true;
  note(null);
}
