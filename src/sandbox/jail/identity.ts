import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { TaoceptionError } from "../../platform/index.ts";
import { clearKeys, hasKeys } from "./keyrings.ts";

/**
 * Who the sandboxed processes are to the kernel. As an ordinary user: that user, alone in a user namespace.
 * As root: a uid of a pool, one for each running sandbox, because a root that is only renamed by a user
 * namespace still reads /etc/shadow and has no process limit.
 */
export type Identity = { kind: "user" } | { kind: "pool"; uid: number; release(): void };

/**
 * First of the pool. 65536..99999 is used by no convention: system and login uids lie below, subordinate uids
 * begin at 100000, and a ustar header still holds the number.
 */
export const POOL = { first: 91_000, size: 256 };
const { first, size } = POOL;
const taken = new Map<number, () => void>();
const free: number[] = [];
/** Those for which the kernel keeps keys of an earlier job: clearing them takes a process, so they come last. */
const spoiled: number[] = [];

/** Take an identity; the caller must release a pool uid when its last process is gone. */
export async function takeIdentity({ interpreter }: { interpreter: string }): Promise<Identity> {
  if (!(await isRealRoot())) return { kind: "user" };
  const known = free.pop();
  if (known !== undefined) return pooled(known);
  const start = process.pid % size;
  for (let step = 0; step < size; step += 1) {
    const uid = first + ((start + step) % size);
    if (taken.has(uid)) continue;
    taken.set(uid, () => {});
    const unlock = await lock(uid);
    if (!unlock) {
      taken.delete(uid);
      continue;
    }
    taken.set(uid, unlock);
    if (!hasKeys(uid)) return pooled(uid);
    spoiled.push(uid);
  }
  for (let uid = spoiled.pop(); uid !== undefined; uid = spoiled.pop())
    if (!hasKeys(uid) || (await clearKeys(uid, { interpreter }))) return pooled(uid); // else it is never used again
  throw new TaoceptionError("no-uid", `all ${size} sandbox uids are in use`, { retryable: true });
}

function pooled(uid: number): Identity {
  let held = true;
  return {
    kind: "pool",
    uid,
    release() {
      if (!held) return;
      held = false;
      // after whoever waits for the job's end: nobody else has this uid, so what is found now holds until it is taken
      setImmediate(() => (hasKeys(uid) ? spoiled : free).push(uid));
    },
  };
}

/**
 * An abstract socket's name belongs to one process and goes with it however it ends: a lock between processes
 * and homes that can never be stale and leaves no file.
 */
function lock(uid: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", () => resolve(undefined));
    server.listen({ path: `\0taoception-sandbox-uid-${uid}`, exclusive: true }, () =>
      resolve(() => server.close()),
    );
  });
}

let realRoot: Promise<boolean> | undefined;

/** True for a uid 0 that may become any uid of the pool (a root in a small user namespace may not). */
export function isRealRoot(): Promise<boolean> {
  realRoot ??= readFile("/proc/self/uid_map", "utf8").then((text) => {
    if (process.getuid?.() !== 0) return false;
    return text.split("\n").some((line) => {
      const [inside = 1, , count = 0] = line.trim().split(/\s+/).map(Number);
      return inside <= first && inside + count >= first + size;
    });
  });
  return realRoot;
}
