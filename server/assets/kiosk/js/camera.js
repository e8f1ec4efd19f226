// The browser's camera: opened, shown, lost and found again; and stills with all pixels that it gives.

const CHOSEN = "boothpay.camera";

// More than any camera of a browser has: it gives the most it can.
const WANTED = { width: { ideal: 4096 }, height: { ideal: 2304 } };

// A camera whose picture stands still for so many looks in a row is lost, whatever it says of itself.
const LOOK_MS = 1_000;
const STILL_LOOKS = 10;

// As little as possible is lost before the printer's own steps.
const STILL_QUALITY = 0.95;

let stream = null;

const chosen = () => {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
};

const choose = (id) => {
  try {
    localStorage.setItem(CHOSEN, id);
  } catch {
    // Without storage the first camera is taken after a reload.
  }
};

/** Shows the camera in a video. Throws when there is none, or it is taken, or nobody has allowed it, or the video does not play. */
async function open(video, stay, id) {
  const exact = id ? { deviceId: { exact: id } } : { facingMode: "user" };
  const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, ...exact } });
  if (stay.over) {
    // Another visit may have a camera by now: that one goes on.
    for (const track of opened.getTracks()) track.stop();
    return;
  }
  closeCamera();
  stream = opened;
  video.srcObject = opened;
  try {
    await video.play();
  } catch (error) {
    if (stream === opened) closeCamera();
    throw error;
  }
}

/**
 * Shows the chosen camera, or any, in a video until the visit ends. Calls lost() once when it goes away, is covered by its driver, or
 * stands still.
 */
export async function openCamera(video, stay, lost) {
  const id = chosen();
  stay.signal.addEventListener("abort", () => {
    closeCamera();
    // Also the last frame is the customer's.
    video.srcObject = null;
  });
  try {
    await open(video, stay, id);
  } catch (error) {
    // The chosen one may be unplugged for good.
    if (!id || stay.over) throw error;
    await open(video, stay, null);
  }
  if (stay.over) return;
  const [track] = stream.getVideoTracks();
  let told = false;
  const tell = () => {
    if (told || stay.over) return;
    told = true;
    closeCamera();
    lost();
  };
  stay.listen(track, "ended", tell);
  stay.listen(track, "mute", tell);
  let [at, looks] = [-1, 0];
  stay.every(LOOK_MS, () => {
    looks = video.currentTime === at ? looks + 1 : 0;
    at = video.currentTime;
    if (looks >= STILL_LOOKS) tell();
  });
}

/** Whether a camera gives a picture: asked before money is, where customers pay first. */
export async function cameraIsThere() {
  const id = chosen();
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: id ? { deviceId: { ideal: id } } : true });
    const isLive = opened.getVideoTracks().some(({ readyState, muted }) => readyState === "live" && !muted);
    for (const track of opened.getTracks()) track.stop();
    return isLive;
  } catch {
    return false;
  }
}

/** Nothing of the room is seen while nobody takes pictures. */
export function closeCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput");
}

/** Chooses the next camera of this computer, and keeps the choice. */
export async function nextCamera() {
  const all = await cameras();
  const current = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  const next = all[(all.findIndex(({ deviceId }) => deviceId === current) + 1) % all.length];
  if (next) choose(next.deviceId);
}

/** What the camera sees now, as a JPEG in a data address; not mirrored. Throws when it sees nothing. */
export function still(video) {
  const track = stream?.getVideoTracks()[0];
  if (!track || track.readyState !== "live" || track.muted || !video.videoWidth) throw new Error("the camera is gone");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/jpeg", STILL_QUALITY);
}
