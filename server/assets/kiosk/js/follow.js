// Following one order: pushed events first, asking when the push is down or silent, and telling when both fail.

import { eventsOf, isDefinite, readOrder } from "./api.js";

const POLL_MS = 3_000;
const SILENCE_MS = 15_000;
const RETRY_MS = 1_000;
const REOPEN_MS = 3_000;

// One failed question can be a restart of the server; "do not pay now" is for more than that.
const FAILURES_TO_OFFLINE = 2;

/**
 * Calls on.snapshot(order), on.offline(), on.online() and on.gone() until the signal is aborted.
 * Returns ask(), which reads the order at once and tells whether the server answered.
 */
export function follow(id, on, signal) {
  let failures = 0;
  let offline = false;
  let streaming = false;
  let pushes = 0;
  let asking = null;
  let timer;
  let source;

  function plan() {
    clearTimeout(timer);
    if (signal.aborted) return;
    timer = setTimeout(ask, failures ? RETRY_MS : streaming ? SILENCE_MS : POLL_MS);
  }

  function reached() {
    failures = 0;
    if (!offline) return;
    offline = false;
    on.online();
  }

  async function read() {
    const before = pushes;
    try {
      const snapshot = await readOrder(id);
      if (signal.aborted) return false;
      reached();
      // What was pushed meanwhile is newer than this answer, which would bring an old state back.
      if (pushes === before) on.snapshot(snapshot);
      plan();
      return true;
    } catch (refusal) {
      if (signal.aborted) return false;
      if (isDefinite(refusal)) {
        on.gone();
        return true;
      }
      failures += 1;
      if (failures >= FAILURES_TO_OFFLINE && !offline) {
        offline = true;
        on.offline();
      }
      plan();
      return false;
    }
  }

  function ask() {
    asking ??= read().finally(() => (asking = null));
    return asking;
  }

  function open() {
    if (signal.aborted) return;
    source = eventsOf(id);
    source.addEventListener("order", (event) => {
      if (signal.aborted) return;
      pushes += 1;
      streaming = true;
      reached();
      on.snapshot(JSON.parse(event.data));
      plan();
    });
    source.addEventListener("error", () => {
      streaming = false;
      ask();
      // The browser reconnects by itself, except when the server answered with an error.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
    });
  }

  // A pulled cable does not end the stream by itself; the browser may know before the silence tells.
  for (const change of ["offline", "online"]) addEventListener(change, ask, { signal });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    source.close();
  });

  open();
  plan();
  return ask;
}
