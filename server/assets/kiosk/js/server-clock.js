// The server's time, as far as its answers tell: the booth's own clock may be wrong or be set while running.

let ahead = Date.now() - performance.now();

export const serverNow = () => performance.now() + ahead;

export function hearClock(now) {
  ahead = now - performance.now();
}
