// A camera that does not hang on the browser: the server takes each shot.

import { Refusal, readCamera, takeShot } from "./api.js";
import { settings } from "./settings.js";
import { onWipe } from "./visit.js";

const ASK_MS = 1_000;

const camera = settings.pictures?.camera ?? null;

/** Whether the pictures come from such a camera, and not from the browser's. */
export const isTethered = camera !== null;

/** Whether the browser's camera shows the live view. */
export const showsLive = camera === null || camera.live_view;

/** Whether the booth releases the shutter; elsewhere the customer does. */
export const releases = camera === null || camera.releases;

// Who stands before the camera. A photo session is no name for that: whoever takes the pictures anew has several. No secret, only different.
const somebody = () => `${Date.now()}-${Math.random()}`;
let who = somebody();
onWipe(() => (who = somebody()));

/** Waits until the camera is free for this customer, and says so by `onWait`. Throws when it is not there. */
export async function waitForCamera(session, stay, onWait) {
  while (!stay.over) {
    const { there, free } = await readCamera(session.id, who);
    if (stay.over) return;
    if (!there) throw new Error("the camera is not there");
    if (free) return;
    onWait();
    await new Promise((done) => setTimeout(done, ASK_MS));
  }
}

/** Takes a shot; the address of its picture, or null when the camera brought none in time. */
export async function shotOf(session, shot) {
  try {
    const { number } = await takeShot(session.id, shot, who);
    return `/api/session/${session.id}/photos/${number}`;
  } catch (refusal) {
    if (refusal instanceof Refusal && [409, 504].includes(refusal.status)) return null;
    throw refusal;
  }
}
