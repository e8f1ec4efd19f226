// What must survive a reload of the page: the order on screen, prints not yet reported, and a choice to be made again.

const CURRENT = "boothpay.order";
const OWED = "boothpay.printed";
const REOPENING = "boothpay.reopening";

// An order older than this belongs to somebody who has left; the claim entry serves them.
const FRESH_MS = 15 * 60_000;

// A reload takes a second or two. A choice older than this was left by a page that never came up again.
const REOPENING_MS = 30_000;

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

/** {id, provider, deadline, extended} of the order on screen, or null. */
export function recall() {
  const saved = read(CURRENT);
  return saved?.id && Math.abs(Date.now() - saved.at) < FRESH_MS ? saved : null;
}

export const remember = (order) => write(CURRENT, { ...order, at: Date.now() });
export const forget = () => write(CURRENT, null);

/** Before a reload: {copies, shown, language} of the choice that the customer is asked to look at again. */
export const reopenAt = (choice) => write(REOPENING, { ...choice, at: Date.now() });

/** After it: that choice, once, or null. */
export function takeReopening() {
  const choice = read(REOPENING);
  write(REOPENING, null);
  return choice && Math.abs(Date.now() - choice.at) < REOPENING_MS ? choice : null;
}

export const owedReports = () => read(OWED) ?? [];
export const oweReport = (id) => write(OWED, [...new Set([...owedReports(), id])].slice(-20));
export const settleReport = (id) => write(OWED, owedReports().filter((owed) => owed !== id));
