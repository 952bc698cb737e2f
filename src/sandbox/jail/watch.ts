import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";
import type { Limits } from "../contract.ts";

const everyMs = 60;
const page = 4096;
type Bounds = Pick<Limits, "memoryBytes" | "processes" | "diskBytes">;

/**
 * Look at a sandbox's processes again and again, and say when the memory of all together, or their number,
 * passes the limit, or when its tmpfs is full. `root` is the host pid of the sandbox's pid 1. `bounds` is asked
 * at each look, since what a template may have depends on the forks it has.
 */
export function watchTree(
  root: number,
  bounds: Bounds | (() => Bounds),
  said: { exceeded(what: "memory"): void; full(): void },
): { stop(): void } {
  const timer = setInterval(look, everyMs);
  timer.unref();
  function look() {
    const limits = typeof bounds === "function" ? bounds() : bounds;
    const pids = descendants(root);
    if (pids.length > limits.processes * 2 + 16) return said.exceeded("memory"); // the kernel's own limit did not hold
    if (sum(pids, resident) > limits.memoryBytes && sum(pids, proportional) > limits.memoryBytes)
      return said.exceeded("memory");
    if (nameless(pids) > limits.memoryBytes) return said.exceeded("memory");
    for (const folder of ["tmp", "dev/shm"]) {
      try {
        if (hasOurRoot(root)) return; // it is still being set up: these folders would be the machine's own
        const { bfree, files, ffree } = statfsSync(`/proc/${root}/root/${folder}`);
        if (files - ffree > inodeLimit(limits)) return said.exceeded("memory"); // empty files are kernel memory
        if (bfree === 0) said.full();
      } catch {
        return; // it has ended
      }
    }
  }
  return { stop: () => clearInterval(timer) };
}

function hasOurRoot(pid: number): boolean {
  const [theirs, ours] = [statSync(`/proc/${pid}/root/`), statSync("/")];
  return theirs.dev === ours.dev && theirs.ino === ours.ino;
}

/** Files of a tmpfs: about 1 kB of kernel memory each, which no other limit counts. */
export const inodeLimit = (limits: Pick<Limits, "diskBytes">) =>
  Math.max(10_000, Math.floor(limits.diskBytes / 4096));

/** Host pids of a process and all that descend from it. */
export function descendants(root: number): number[] {
  const found = [root];
  for (let at = 0; at < found.length && found.length < 20_000; at += 1) {
    const pid = found[at] as number;
    try {
      for (const task of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim();
        if (children) found.push(...children.split(" ").map(Number));
      }
    } catch {
      // gone meanwhile
    }
  }
  return found;
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}

/** Bytes of files that have no name and lie in memory (memfd_create): no process need have them mapped. */
function nameless(pids: readonly number[]): number {
  const files = new Map<string, number>();
  for (const pid of pids) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const path = `/proc/${pid}/fd/${fd}`;
        if (!readlinkSync(path).startsWith("/memfd:")) continue;
        const { dev, ino, blocks } = statSync(path);
        files.set(`${dev}:${ino}`, blocks * 512);
      }
    } catch {
      // gone meanwhile, or closed to us as the first of a fork is, which runs nothing of the job's
    }
  }
  return [...files.values()].reduce((total, bytes) => total + bytes, 0);
}

/** Bytes in memory, shared pages counted for every process: cheap, and never too small. */
function resident(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * page;
  } catch {
    return 0;
  }
}

/** Bytes in memory, shared pages divided among those that share them. */
function proportional(pid: number): number {
  try {
    const kb = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kb ?? 0) * 1024;
  } catch {
    return resident(pid);
  }
}
