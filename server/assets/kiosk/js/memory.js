// What must survive a reload of the page: the order on screen, and which prints it has begun.

const CURRENT = "boothpay.order";
const PAGE = "boothpay.page";
const BEGUN = "boothpay.begun";

// Not crypto.randomUUID, which only pages over HTTPS or of this computer have.
const drawn = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// An order older than this belongs to somebody who has left; the claim entry serves them.
const FRESH_MS = 15 * 60_000;

// An order whose code to take the picture home is on the screen: a page that comes up later is not its customer's any more.
const TAKEN_HOME_MS = 120_000;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the page still works, only a reload forgets the order.
  }
}

/**
 * {id, provider, deadline, extended, session, done, ended, language, at} of the order on screen, or null; done is one that only its thanks are
 * left of, and ended says how one ended whose number is on the screen to be kept.
 */
export function recall() {
  const saved = read(CURRENT);
  const fresh = saved?.done ? TAKEN_HOME_MS : FRESH_MS;
  return saved?.id && Math.abs(Date.now() - saved.at) < fresh ? saved : null;
}

export const remember = (order) => write(CURRENT, { ...order, at: Date.now() });
export const forget = () => write(CURRENT, null);

/** The language that the customer has chosen since; his time does not begin anew by it. */
export function noteLanguage(language) {
  const saved = recall();
  if (saved) write(CURRENT, { ...saved, language });
}

/** The id of this page: the same after a reload, another one in every other tab and on every other screen. */
export function pageId() {
  try {
    const known = sessionStorage.getItem(PAGE);
    if (known) return known;
    sessionStorage.setItem(PAGE, drawn);
  } catch {
    // Without storage a reload makes another page of this one.
  }
  return drawn;
}

const begunPrints = () => {
  try {
    return JSON.parse(sessionStorage.getItem(BEGUN)) ?? [];
  } catch {
    return [];
  }
};

/** Whether this page has begun to print an order; after a reload nobody else knows. */
export const hasBegun = (id) => begunPrints().includes(id);

export function noteBegun(id) {
  try {
    sessionStorage.setItem(BEGUN, JSON.stringify([...begunPrints(), id].slice(-20)));
  } catch {
    // See above.
  }
}
