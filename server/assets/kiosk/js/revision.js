// A page stays open for weeks. Between two customers it loads itself anew when its settings or the program have changed.

const own = document.documentElement.dataset.revision;

/** True when the server has another page than this one; false also when it cannot be asked now. */
export async function isOutdated() {
  try {
    const answer = await fetch("/", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5_000) });
    const current = answer.ok && answer.headers.get("etag");
    return Boolean(current) && current !== `"${own}"`;
  } catch {
    return false;
  }
}
