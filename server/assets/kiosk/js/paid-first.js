// Orders that are paid before their pictures are taken. How far one is, the server knows: the page takes it up again after a reload, and
// for whoever comes back with the number.

import { isDefinite, putOff } from "./api.js";
import { follow } from "./follow.js";
import { language } from "./language.js";
import { recall, remember } from "./memory.js";
import { go } from "./screens.js";
import { customer, takeUp } from "./visit.js";

const RETRY_MS = 1_000;

// Nobody stands before the screen for longer.
const PATIENCE_MS = 60_000;

// Nobody prints it before its pictures are taken.
const UNPRINTED = ["shots", "claim"];

let leaving = false;

/** Pictures and prints of an order of another booth, which shares the database, are made there. */
export const endElsewhere = ({ order_id: id, elsewhere }) => go("ended", { why: "elsewhere", id, booth: elsewhere });

/** Shows the screen that a paid order is at: the layout, the camera, the print as it will be. */
export async function takePictures(order, stay) {
  if (order.elsewhere) return endElsewhere(order);
  remember({ ...recall(), id: order.order_id, language: language() });
  const begun = performance.now();
  while (!stay.over && performance.now() - begun < PATIENCE_MS) {
    try {
      const { layout, complete } = await takeUp(order);
      if (!stay.over) go(!layout ? "layout" : complete ? "review" : "shoot");
      return;
    } catch (refusal) {
      if (stay.over) return;
      // Somebody else was faster, or its time is over: the printing screen finds out which.
      if (refusal.status === 409) return go("printing", refusal.order ?? order);
      if (refusal.status === 403) return endElsewhere(order);
      if (refusal.status === 404) return go("ended", { why: "unknown", id: order.order_id });
      if (isDefinite(refusal)) break;
    }
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
  if (!stay.over) go("ended", { why: "unshot", id: order.order_id, until: order.print?.claim_until });
}

/**
 * Where the pictures of a paid order are taken: leaves when they are taken no more, because another screen has them printed, or the money
 * goes back.
 */
export function watchOrder(stay) {
  const { order } = customer();
  if (!order) return;
  const id = order.order_id;
  const heard = (now) => {
    const state = now.print?.state;
    if (stay.over || (now.status === "success" && UNPRINTED.includes(state))) return;
    if (now.status === "refunded") return go("ended", { why: "refunded", id });
    if (state === undefined || state === "printed") return go("ended", { why: "printed", id });
    go("printing", now);
  };
  const silent = () => {};
  follow(id, { snapshot: heard, offline: silent, online: silent, gone: () => go("ended", { why: "unknown", id }) }, stay.signal);
}

/** Back to the start. Who has paid and has no pictures yet has a claim to them, and sees its number. */
export async function leave() {
  const { order } = customer();
  if (!order) return go("start");
  if (leaving) return;
  leaving = true;
  let until = order.print?.claim_until;
  try {
    until = (await putOff(order.order_id)).print?.claim_until;
  } catch {
    // The server makes it a claim by itself when its time is over.
  }
  leaving = false;
  if (customer().order === order) go("ended", { why: "unshot", id: order.order_id, until });
}
