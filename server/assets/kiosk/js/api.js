// The booth's server: one function for each call, and one kind of error for whatever goes wrong.

import { settings } from "./settings.js";

const READ_MS = 5_000;
const WRITE_MS = 10_000;

// Where the panel is, which a PIN opens.
const PANEL = "/admin/";

// Pictures are large, and the server works on one at a time.
const PICTURE_MS = 60_000;

// The owner may give a shot a minute, its command another, and then the picture is prepared.
const SHOT_MS = 150_000;

/** status is 0 when the server could not be reached; order, prices and wallet are set when the answer carried them. */
export class Refusal extends Error {
  constructor(status, problem = {}) {
    super(problem.title ?? `status ${status}`);
    this.status = status;
    this.order = problem.order ?? null;
    this.prices = problem.prices ?? null;
    this.wallet = problem.wallet ?? null;
    this.closed = problem.closed ?? null;
  }
}

// The server has answered, and says no: asking the same once more brings no other answer.
const DEFINITE = [400, 401, 403, 404, 409, 410];

/** Whether it is an answer, and not silence or a trouble that passes. */
export const isDefinite = ({ status }) => DEFINITE.includes(status);

/** Whether pictures are not there any more, for which something was asked. */
export const isGone = ({ status }) => status === 404 || status === 410;

async function send(method, path, body, wait = body ? WRITE_MS : READ_MS, keepalive = false) {
  let response;
  let answer;
  try {
    response = await fetch(path.startsWith(PANEL) ? path : `/api${path}`, {
      method,
      cache: "no-store",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      keepalive,
      signal: AbortSignal.timeout(wait),
    });
    answer = await response.json();
  } catch {
    throw new Refusal(response && !response.ok ? response.status : 0);
  }
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

async function pairWith(proof) {
  await send("POST", "/booth/pair", proof);
  document.body.dataset.access = "paired";
}

/** Pairs this browser with the booth: by itself only on the server's own computer. */
export const pair = () => pairWith({});
export const pairByToken = (token) => pairWith({ token });
export const pairByCode = (code) => pairWith({ code });

/** A server that was started again has forgotten the browsers of its own computer: they pair themselves once more. */
async function call(method, path, body, wait) {
  try {
    return await send(method, path, body, wait);
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
    try {
      await pair();
    } catch {
      document.body.dataset.access = "code";
      throw refusal;
    }
    return send(method, path, body, wait);
  }
}

/** The same for the session of pictures, which is unknown to whoever has no proof to be the booth. */
async function callSession(method, path, body, wait, keepalive) {
  const ask = () => send(method, `/session/${path}`, body, wait, keepalive);
  try {
    return await ask();
  } catch (refusal) {
    if (refusal.status !== 404) throw refusal;
    try {
      await pair();
    } catch {
      throw refusal;
    }
    return ask();
  }
}

const at = (id) => `/booth/orders/${encodeURIComponent(id)}`;

/** shown is the price on the screen, in soum: the server refuses to ask for another one. */
export const createOrder = ({ copies, provider, lang, shown, session }) =>
  call("POST", "/booth/orders", { copies, paymentType: provider, lang, shown_soum: shown, session }, session && PICTURE_MS);

/** Whether the booth can make a print now. */
export const readReady = () => call("GET", "/booth/ready");

export const readOrder = (id) => call("GET", at(id));
export const cancelOrder = (id) => call("POST", `${at(id)}/cancel`, {});
export const renewCode = (id, lang) => call("POST", `${at(id)}/new-code`, { lang });
export const reportPaid = (id) => call("POST", `${at(id)}/report-paid`, {});
/** Opens the panel for who has this PIN, in the screen's language: where it is. */
export const openPanel = (pin, language) => call("POST", `${PANEL}booth?language=${language}`, { pin });
export const confirmPaid = (id, pin) => call("POST", `${at(id)}/confirm`, { pin });
/** session is the customer's photo session, which proves that the picture is his. */
export const askToPrint = (id, page, session) =>
  call("POST", `${at(id)}/print`, { page, session }, settings.pictures ? PICTURE_MS : WRITE_MS);
/** What the customer says of prints of which the printer says nothing: how many copies came out. */
export const sayWhatCameOut = (id, copies) => call("POST", `${at(id)}/came-out`, { copies });
/** The address of its number as a QR code. */
export const numberCodeOf = (id) => `/api${at(id)}/number.png`;
export const eventsOf = (id) => new EventSource(`/api${at(id)}/events`);

// Pictures: the layouts, a session for one customer's shots, the print as it will be.
export const readLayouts = () => call("GET", "/booth/layouts");
export const beginShots = (choice) => call("POST", "/booth/shots", choice);
export const previewOf = (id, choice) => call("POST", `/booth/shots/${id}/preview`, choice, PICTURE_MS);
export const readShots = (id) => callSession("GET", id);

export const bringShot = (id, order_index, photo_data) =>
  callSession("POST", `${id}/photos`, { photo_data, order_index }, PICTURE_MS);

/** The session in which the pictures of a paid order are taken; `anew` when those that are there are not wanted. */
export const shotsOf = (id, choice) => call("POST", `${at(id)}/shots`, choice);
export const putOff = (id) => call("POST", `${at(id)}/later`, {});

/** A camera whose pictures appear in a folder at the server: whether it is there, and free for this customer; and one shot of it. */
export const readCamera = (id, who) => call("GET", `/booth/shots/${id}/camera?customer=${who}`);
export const takeShot = (id, order_index, who) => call("POST", `/booth/shots/${id}/camera`, { order_index, customer: who }, SHOT_MS);

/** Goes out also while the page is being left. What does not arrive, the server ends by itself. */
export const dropShots = (id) => {
  callSession("DELETE", id, undefined, WRITE_MS, true).catch(() => {});
};
