// What the first user's page does, in its own words: it makes a session, shows its code, asks every second for photos, lets the
// customer pay, makes one picture of the photos, and leaves it for the customer to take home. The server's address is behind #.

const server = decodeURIComponent(location.hash.slice(1));
const WANTED = 3;
const ASK_MS = 300;

const at = (id) => document.querySelector(`[data-testid=${id}]`);
const step = (word) => (at("step").textContent = word);
const pause = () => new Promise((done) => setTimeout(done, ASK_MS));

/** As his calls are: with credentials, and with the headers that tunnels make him add. */
async function call(path, { method = "GET", body } = {}) {
  const headers = { "Content-Type": "application/json", "ngrok-skip-browser-warning": "true", "Cache-Control": "no-cache" };
  const how = { method, headers, credentials: "include", body: body && JSON.stringify(body) };
  const answer = await fetch(`${server}${path}`, how);
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said.error ?? said.detail}`);
  return said;
}

let session;
let photos = [];

async function bring() {
  const made = await call("/api/session/create", { method: "POST", body: { type: "upload", kiosk_id: 1, data: {} } });
  session = made.session;
  at("link").textContent = `https://t.me/his_bot?start=upload_${session.id}`;
  if (session.qrCode) at("code").src = session.qrCode;
  step("waiting for photos");
  while (photos.length < WANTED) {
    ({ photos } = await call(`/api/session/${session.id}/photos?type=uploaded`));
    at("photos").replaceChildren(...photos.map(({ photo_data }) => Object.assign(new Image(), { src: photo_data })));
    await pause();
  }
  at("pay").disabled = false;
  step("photos are there");
}

async function pay() {
  const order_id = `photobooth-${Date.now()}`;
  const made = await call("/api/generate-qr", { method: "POST", body: { order_id, paymentType: "payme", amount: "10000" } });
  at("pay-code").src = made.qrCode;
  at("step").dataset.order = order_id;
  step("waiting for money");
  while ((await call(`/api/payment-status/${order_id}`)).status !== "success") await pause();
  step("paid");
  await finish();
}

/** One picture of all photos, one below the other, as the booth prints it. */
async function finish() {
  const images = [...at("photos").querySelectorAll("img")];
  await Promise.all(images.map((image) => image.decode()));
  const paper = new OffscreenCanvas(images[0].naturalWidth, images.reduce((sum, image) => sum + image.naturalHeight, 0));
  let down = 0;
  for (const image of images) {
    paper.getContext("2d").drawImage(image, 0, down);
    down += image.naturalHeight;
  }
  const blob = await paper.convertToBlob({ type: "image/jpeg", quality: 0.95 });
  const photo_data = await new Promise((done) => {
    const reader = Object.assign(new FileReader(), { onload: () => done(reader.result) });
    reader.readAsDataURL(blob);
  });
  await call(`/api/session/${session.id}/result`, { method: "POST", body: { photo_type: "result", photo_data } });
  await call(`/api/session/${session.id}`, { method: "PUT", body: { status: "completed" } });
  step("done");
}

const tell = (error) => (at("trouble").textContent = error.message);
at("bring").onclick = () => bring().catch(tell);
at("pay").onclick = () => pay().catch(tell);
