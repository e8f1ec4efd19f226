// Parts of a page that bring themselves up to date, while somebody looks. The server says "nothing new" by an ETag.

const PERIOD_MS = 3000;
const PATIENCE_MS = 10_000;

// What can have the focus in such a part: it has it again when the part is new.
const FOCUSED = "a, [tabindex]";

function follow(part) {
  let tag = null;
  let busy = false;
  async function look() {
    if (busy || document.hidden) {
      return;
    }
    busy = true;
    try {
      const headers = tag === null ? {} : { "if-none-match": tag };
      const answer = await fetch(part.dataset.live, {
        headers,
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 401) {
        // The session has ended: the page itself leads to where one gets in.
        location.reload();
        return;
      }
      part.dataset.stale = String(!answer.ok && answer.status !== 304);
      if (answer.status === 200) {
        const html = await answer.text();
        // Whoever is filling in a form here keeps it. A table that somebody scrolls by keyboard is no form.
        const filled = document.activeElement?.closest("form, details");
        if (!filled || !part.contains(filled)) {
          const held = [...part.querySelectorAll(FOCUSED)].indexOf(document.activeElement);
          tag = answer.headers.get("etag");
          part.innerHTML = html;
          part.querySelectorAll(FOCUSED)[held]?.focus({ preventScroll: true });
        }
      }
    } catch {
      part.dataset.stale = "true";
    } finally {
      busy = false;
    }
  }
  setInterval(look, PERIOD_MS);
  document.addEventListener("visibilitychange", look);
}

for (const part of document.querySelectorAll("[data-live]")) {
  follow(part);
}

// A link that is handed on is shown with this server's address before it.
for (const link of document.querySelectorAll("[data-copy]")) {
  link.textContent = new URL(link.dataset.copy, location.href).href;
}
