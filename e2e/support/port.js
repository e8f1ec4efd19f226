/**
 * A port for the caller alone until his process ends, free also after what listened there was stopped. The one after it is left
 * to the stand-in of a demonstration. A port that the system gave and that was let go can be anybody's a moment later:
 * `test-support/src/port.rs` says more, and holds its ports in the same way, so that both meet.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";

const FIRST = 10_000;
const ENOUGH = 2_000;
const END = 65_535;
const HELD_AT = "127.9.9.9";

export async function ownPort() {
  const [from, to] = await givenToNobody();
  for (let port = from; port < to; port += 2) {
    const holder = createSocket("udp4");
    if ((await tried(holder, () => holder.bind(port, HELD_AT))) && (await isFree(port))) {
      holder.unref();
      return port;
    }
    holder.close();
  }
  throw new Error("no port is free");
}

/** The ports that the system gives to nobody who asks for any: from the first to before the last. */
async function givenToNobody() {
  const told = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "");
  const [first, last] = told.trim().split(/\s+/).map(Number);
  if (first > FIRST + ENOUGH) return [FIRST, first];
  if (last < END - ENOUGH) return [last + 1, END];
  return [FIRST, END];
}

async function isFree(port) {
  const server = createServer();
  const free = await tried(server, () => server.listen(port, "0.0.0.0"));
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}

/** Whether it came to listen. */
function tried(socket, listen) {
  const listening = once(socket, "listening").then(
    () => true,
    () => false,
  );
  listen();
  return listening;
}
