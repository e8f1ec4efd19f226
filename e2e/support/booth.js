// The program under test: `boothpay demo` on free ports with a folder of its own, ended as a person would, with Ctrl-C. Or, for
// settings of a test's own, `boothpay serve` in development mode.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ownPort } from "./port.js";

const START_MS = 30_000;
const STOP_MS = 15_000;

const binary = process.env.E2E_BIN ?? process.env.BOOTHPAY_BIN;
const elsewhere = process.env.E2E_URL ?? process.env.BOOTHPAY_URL;

/** Somebody's settings must not become the settings of the program under test. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BOOTHPAY_")));
}

function start(folder, args, settings = {}) {
  return spawn(binary, args, { cwd: folder, env: { ...cleanEnvironment(), ...settings }, stdio: ["ignore", "pipe", "pipe"] });
}

async function run(folder, port, more) {
  const child = start(folder, ["demo", "--port", String(port), "--folder", folder, ...more]);
  // Its log is of interest only when it does not start.
  let log = "";
  child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-4_000)));
  const ended = new Promise((done) => child.once("exit", done));
  const page = await new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error("the program did not say where its page is")), START_MS);
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the program ended with ${code}: ${log}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /^Booth page:\s+(\S+)/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(timer);
      found(address);
    });
  });
  return { child, ended, page };
}

async function end({ child, ended }) {
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.kill("SIGINT");
  await ended;
  clearTimeout(timer);
}

/** Starts the program, perhaps with more arguments, or uses the one at E2E_URL, which cannot be stopped from here. */
export async function startBooth(more = []) {
  if (elsewhere) return { url: elsewhere, canStop: false, stops: 0, async stop() {}, async close() {} };
  if (!binary) throw new Error("E2E_BIN names the program to test, or E2E_URL a running booth page");
  const folder = await mkdtemp(join(tmpdir(), "boothpay-e2e-"));
  const port = await ownPort();
  let running = await run(folder, port, more);
  const url = running.page;
  return {
    url,
    folder,
    canStop: true,
    /** How often it was ended while a page could be open. */
    stops: 0,
    async stop() {
      this.stops += 1;
      await end(running);
      running = null;
    },
    async start() {
      running = await run(folder, port, more);
    },
    /** Another command of the program, on the demonstration's database: its code, and what it printed. */
    async command(...args) {
      const child = start(folder, args, { BOOTHPAY_DATABASE: join(folder, "boothpay.db") });
      let [out, err] = ["", ""];
      child.stdout.on("data", (chunk) => (out += chunk));
      child.stderr.on("data", (chunk) => (err += chunk));
      const [code] = await once(child, "close");
      return { code, out, err };
    },
    async close() {
      if (running) await end(running);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(folder, port, settings) {
  const child = start(folder, ["serve"], { ...settings, BOOTHPAY_LISTEN: `127.0.0.1:${port}` });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log = (log + chunk).slice(-4_000)));
  const ended = new Promise((done) => child.once("exit", done));
  const url = `http://127.0.0.1:${port}/`;
  for (const until = Date.now() + START_MS; ; await new Promise((done) => setTimeout(done, 50))) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`the program does not serve: ${log}`);
    const answer = await fetch(new URL("/livez", url)).catch(() => null);
    if (answer?.ok) return { child, ended, url };
  }
}

/**
 * Starts the program with an owner's settings, given as the environment has them: {BOOTHPAY_BOOTH_NAME: "…"}. `change` ends it
 * and starts it with others, at the same address and on the same database.
 */
export async function startServer(settings) {
  if (!binary) throw new Error("E2E_BIN names the program to test");
  const folder = await mkdtemp(join(tmpdir(), "boothpay-e2e-"));
  const port = await ownPort();
  let running = await serve(folder, port, settings);
  return {
    url: running.url,
    folder,
    /** How often it was ended while a page could be open. */
    stops: 0,
    async change(others) {
      this.stops += 1;
      await end(running);
      running = await serve(folder, port, others);
    },
    /** Another command of the program, on the same database; what it printed. */
    async command(...args) {
      const child = start(folder, args, settings);
      let out = "";
      child.stdout.on("data", (chunk) => (out += chunk));
      const [code] = await once(child, "close");
      if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
      return out;
    },
    async close() {
      await end(running);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
