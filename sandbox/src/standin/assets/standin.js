// Shows the screen that the last answer leads to, and sends the buttons' presses to the stand-in.

const SLOW_AFTER = 4000; // milliseconds until the page says that it takes longer than usual

let state = { screen: "checking" };
let calls = [];
let attempt = null;
let lastAction = "open";
let busy = false;
let slowTimer = 0;
let pressed = false; // from the first press on, the focus follows the screens

const sheet = () => document.getElementById("sheet");
const all = (selector, root = sheet()) => [...root.querySelectorAll(selector)];

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** Runs one action at a time; a second press meanwhile does nothing. */
async function act(action) {
  if (busy) return;
  if (action === "close") return show({ screen: "closed" });
  if (action === "again") action = lastAction;
  busy = true;
  lastAction = action;
  try {
    if (action === "open") {
      attempt = null;
      calls = [];
      show({ screen: "checking" });
      take(await post("/app/check", { link: sheet().dataset.link }));
    } else {
      show({ screen: action === "refund" ? "refunding" : "debiting" });
      take(await post(`/app/${action}`, { attempt }));
    }
  } catch {
    show({ screen: "offline" });
  } finally {
    busy = false;
  }
}

function take(answer) {
  calls.push(...answer.calls);
  if (answer.attempt) attempt = answer.attempt;
  show(answer);
}

function show(next) {
  state = next;
  clearTimeout(slowTimer);
  slowTimer = setTimeout(() => all("[data-slow]").forEach((text) => (text.hidden = false)), SLOW_AFTER);
  render();
  const section = sheet().querySelector(`[data-name="${state.screen}"]`);
  const heading = section.querySelector("h2[tabindex]") ?? sheet().querySelector("h1");
  if (pressed) heading.focus({ preventScroll: true });
  section.scrollIntoView({ block: "nearest" });
}

/** Fills the page from `state`; called again when the language changes. */
function render() {
  const root = sheet();
  root.dataset.screen = state.screen;
  all("[data-slow]").forEach((text) => (text.hidden = true));
  all("[data-name]").forEach((section) => (section.hidden = section.dataset.name !== state.screen));

  const problem = state.problem ?? state.refund;
  // Only a refusal of this payment is worded for the payer; other errors speak to integrators.
  const message = (problem?.kind === "refused" && problem.message?.[document.documentElement.lang]) || "";
  const facts = new Set([`at-${state.screen}`, problem?.kind, state.stage]);
  if (problem) facts.add("fault");
  if (problem?.kind === "refused" && !message) facts.add("refused-silent");
  if (state.money_back) facts.add("money-back");
  if (state.refund) facts.add("refund-failed");
  const some = (list) => list.split(" ").some((fact) => facts.has(fact));
  all("[data-when], [data-unless]").forEach((part) => {
    const { when, unless } = part.dataset;
    part.hidden = (when !== undefined && !some(when)) || (unless !== undefined && some(unless));
  });

  fill("message", message);
  fill("fault", problem ? faultLine(problem) : "");
  fill("transaction", state.transaction ?? "");
  fill("payment", state.payment ?? "");
  fill("time", state.time ? clock(state.time) : "");
  all("[data-slot=calls]").forEach((list) => list.replaceChildren(...calls.map(callItem)));
  const log = document.getElementById("log");
  log.hidden = calls.length === 0;
  if (state.refund) root.querySelector("[data-testid=for-shop]").open = true;
}

function fill(slot, text) {
  all(`[data-slot=${slot}]`).forEach((part) => (part.textContent = text));
}

function faultLine({ kind, code, message, data, detail }) {
  const parts = [String(code)];
  if (message && kind !== "refused") parts.push(message.en);
  if (data !== null) parts.push(`data: ${JSON.stringify(data)}`);
  if (detail) parts.push(detail);
  return parts.join(" · ");
}

/** The merchant's time as a person in Uzbekistan reads it. */
function clock(ms) {
  return new Date(ms).toLocaleString("ru-RU", { timeZone: "Asia/Tashkent", dateStyle: "short", timeStyle: "medium" });
}

function callItem(call) {
  const item = document.createElement("li");
  item.className = call.ok ? "call" : "call failed";
  const name = document.createElement("b");
  name.textContent = call.method;
  const said = document.createElement("span");
  said.className = "said";
  said.textContent = `${call.outcome} · ${call.took_ms} ms`;
  const wire = document.createElement("pre");
  wire.textContent = `→ ${call.request}\n← ${call.answer || "–"}`;
  item.append(name, said, wire);
  return item;
}

/** Changes the words around the payment without touching the payment. */
async function speak(lang) {
  const address = new URL(location.href); // a link of Uzum's has its order in the query
  address.searchParams.set("lang", lang);
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.querySelector(".phone").replaceWith(page.querySelector(".phone"));
  history.replaceState(null, "", address);
  render();
  document.querySelector(".chip[aria-current]")?.focus();
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-lang]");
  if (chip) {
    event.preventDefault();
    speak(chip.dataset.lang).catch(() => location.assign(chip.href));
    return;
  }
  const button = event.target.closest("[data-act]");
  if (!button) return;
  pressed = true;
  act(button.dataset.act);
});

act("open");
