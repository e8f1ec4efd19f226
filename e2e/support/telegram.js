// The stand-in of Telegram's Bot API, which the Rust tests have built beside the program under test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/** Starts it. It ends with this program, whose end closes its standard input. */
export async function startTelegram() {
  const folder = dirname(process.env.E2E_BIN ?? process.env.BOOTHPAY_BIN);
  const program = join(folder, "examples", "bot_api");
  if (!existsSync(program)) throw new Error("build the stand-in first: cargo build -p boothpay-test-support --examples");
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  const control = (what, body) => fetch(`${url}/control/${what}`, { method: "POST", body });
  return {
    /** The settings of a booth with its bot. */
    settings: { BOOTHPAY_TELEGRAM_TOKEN: TOKEN, BOOTHPAY_TELEGRAM_API: url },
    text: (customer, words) => control(`text/${customer}`, words),
    photo: (customer, bytes) => control(`photo/${customer}`, bytes),
    sent: async () => (await control("sent", "")).json(),
    file: async (number) => Buffer.from(await (await control(`file/${number}`, "")).arrayBuffer()),
    close: () => child.stdin.end(),
  };
}
