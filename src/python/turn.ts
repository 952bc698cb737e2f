import { createServer, type Server } from "node:net";
import type { Clock } from "../platform/index.ts";
import { hashBytes } from "../protocol/index.ts";

const again = 150;

/**
 * Do one thing at a time on this machine, whoever does it: other calls with the same name wait, in this process
 * and in every other. The lock is an abstract socket, which goes with its process however that ends, so a killed
 * one never leaves it behind.
 */
export async function inTurn<T>(
  name: string,
  work: () => Promise<T>,
  { clock, signal }: { clock: Clock; signal?: AbortSignal | undefined },
): Promise<T> {
  const path = `\0taoception-turn-${process.getuid?.() ?? 0}-${hashBytes(name).slice(0, 40)}`;
  let held = await take(path);
  while (!held) {
    await clock.sleep(again, signal);
    held = await take(path);
  }
  const server = held;
  try {
    signal?.throwIfAborted();
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function take(path: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", () => resolve(undefined));
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}
