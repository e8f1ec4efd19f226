// Chromium's fake camera, and the booth's page that takes pictures with it.

export const CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/** The fake camera gives whatever is asked for. A program that is built for tests takes long for the most. Again after every load. */
export function lowerTheCamera() {
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => ask({ ...wanted, video: { ...wanted.video, width: 640, height: 480 } });
}

/** Waits for a phase of the screen before the camera. */
export const phase = (kiosk, name) => kiosk.page.locator(`.shoot[data-phase="${name}"]`).waitFor();

/** Lets the page's clock run until a screen comes, in steps of `ms`. */
export async function runTo(kiosk, screen, ms = 500) {
  for (let steps = 0; steps < 300; steps += 1) {
    if (await kiosk.page.evaluate((name) => document.body.dataset.screen === name, screen)) return;
    await kiosk.page.clock.runFor(ms);
    // The camera's picture moves in its own time.
    await new Promise((done) => setTimeout(done, 60));
  }
  throw new Error(`the screen ${screen} does not come`);
}

/** From the first screen to the review of the one picture of the layout "single". */
export async function toReview(kiosk) {
  await kiosk.page.evaluate(lowerTheCamera);
  await kiosk.press("start-button");
  await kiosk.press("layout-single");
  await phase(kiosk, "ready");
  await kiosk.press("shoot-go");
  await runTo(kiosk, "review");
}

/** Waits until the print as it will be is on the screen. */
export async function reviewed(kiosk) {
  await kiosk.page.locator("[data-testid=review-picture][src^='data:image/jpeg']").waitFor();
  await kiosk.isHidden("review-busy");
}

/** The camera goes away, as when its cable is pulled. */
export const loseCamera = (kiosk) =>
  kiosk.page.evaluate(() => {
    const [track] = document.querySelector("video").srcObject.getVideoTracks();
    track.dispatchEvent(new Event("ended"));
  });
