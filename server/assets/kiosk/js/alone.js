// One window of a browser is the booth. What a reload must find again is kept once for all its windows (memory.js, visit.js), so a second
// one would show the first one's order, and delete its pictures.

// The lock that the booth's window holds, and its mark in the window's own storage, by which the same window is known after a reload.
const BOOTH = "boothpay.booth";

// The browser frees the lock of a page that is reloaded, closed or has crashed. A reload is over in this time, and takes it back.
const RELOAD_MS = 3_000;

const held = new Promise(() => {});

const wasBooth = () => {
  try {
    return sessionStorage.getItem(BOOTH) !== null;
  } catch {
    return false;
  }
};

function mark(isBooth) {
  try {
    if (isBooth) sessionStorage.setItem(BOOTH, "yes");
    else sessionStorage.removeItem(BOOTH);
  } catch {
    // Without storage a reload may be taken for another window, and waits for a moment.
  }
}

/** Calls begin() when this window is the booth: at once, or after wait() when another one has been it so far. */
export async function whenAlone(begin, wait) {
  // Only on the server's own computer and over HTTPS; elsewhere a browser has no locks.
  if (!navigator.locks) return begin();
  let [begun, lost] = [false, false];
  const start = () => {
    begun = true;
    mark(true);
    begin();
    return held;
  };
  try {
    await navigator.locks.request(BOOTH, wasBooth() ? { steal: true } : { ifAvailable: true }, (lock) => lock && start());
    wait();
    await navigator.locks.request(BOOTH, async () => {
      await new Promise((done) => setTimeout(done, RELOAD_MS));
      return lost || start();
    });
  } catch (error) {
    lost = true;
    // A browser that keeps nothing has nothing to share either.
    if (error.name === "SecurityError") return begin();
    if (error.name !== "AbortError") throw error;
    // The booth's own window has come back; or somebody has made a copy of this one.
    mark(false);
    if (begun) location.reload();
    else whenAlone(begin, wait);
  }
}
