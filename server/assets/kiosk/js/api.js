// The booth's server: one function for each call, and one kind of error for whatever goes wrong.

const READ_MS = 5_000;
const WRITE_MS = 10_000;

/** status is 0 when the server could not be reached; order and prices are set when the answer carried them. */
export class Refusal extends Error {
  constructor(status, problem = {}) {
    super(problem.title ?? `status ${status}`);
    this.status = status;
    this.order = problem.order ?? null;
    this.prices = problem.prices ?? null;
  }
}

async function send(method, path, body) {
  let response;
  let answer;
  try {
    response = await fetch(`/api/booth${path}`, {
      method,
      cache: "no-store",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(body ? WRITE_MS : READ_MS),
    });
    answer = await response.json();
  } catch {
    throw new Refusal(response && !response.ok ? response.status : 0);
  }
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

async function pairWith(proof) {
  await send("POST", "/pair", proof);
  document.body.dataset.access = "paired";
}

/** Pairs this browser with the booth: by itself only on the server's own computer. */
export const pair = () => pairWith({});
export const pairByToken = (token) => pairWith({ token });
export const pairByCode = (code) => pairWith({ code });

/** A server that was started again has forgotten the browsers of its own computer: they pair themselves once more. */
async function call(method, path, body) {
  try {
    return await send(method, `/orders${path}`, body);
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
    try {
      await pair();
    } catch {
      document.body.dataset.access = "code";
      throw refusal;
    }
    return send(method, `/orders${path}`, body);
  }
}

const at = (id) => `/${encodeURIComponent(id)}`;

/** shown is the price on the screen, in soum: the server refuses to ask for another one. */
export const createOrder = ({ copies, provider, lang, shown }) =>
  call("POST", "", { copies, paymentType: provider, lang, shown_soum: shown });

export const readOrder = (id) => call("GET", at(id));
export const cancelOrder = (id) => call("POST", `${at(id)}/cancel`, {});
export const renewCode = (id, lang) => call("POST", `${at(id)}/new-code`, { lang });
export const reportPaid = (id) => call("POST", `${at(id)}/report-paid`, {});
export const confirmPaid = (id, pin) => call("POST", `${at(id)}/confirm`, { pin });
export const askToPrint = (id, page) => call("POST", `${at(id)}/print`, { page });
/** What the customer says of prints of which the printer says nothing: whether all came out. */
export const sayWhatCameOut = (id, all) => call("POST", `${at(id)}/came-out`, { all });
export const eventsOf = (id) => new EventSource(`/api/booth/orders${at(id)}/events`);
