import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Group, type GroupLimits, makeGroup, removed } from "./group.ts";
import { type Place, readText } from "./places.ts";

/** A group as a job has it. */
export interface Held {
  /** Whether its processes share the processors among themselves, whatever sessions they are in. */
  readonly shares: boolean;
  /** Let the job's processes in, from the pid outside of its first. Never rejects: rlimits and watcher hold without. */
  enter(init: Promise<number | undefined>): void;
  /** Let it use what all of these may, for a template with forks. Never narrowed: a kernel may refuse that. */
  widen(all: readonly GroupLimits[]): void;
  /** Whether the kernel killed one of its processes for want of memory. */
  killed(): boolean;
  /** Give the group back, once the job's processes are gone. */
  release(): void;
}

export interface CgroupPool {
  /** A group with these limits; undefined where there are none to be had. */
  take(limits: GroupLimits): Held | undefined;
  /** Remove all groups; those still in use when they are given back. */
  close(): Promise<void>;
}

/**
 * A job that is over sooner is never moved: moving holds up every fork and exit of the machine for a moment, and what
 * a job can take in this time is bounded by its rlimits.
 */
const SETTLED_MS = 25;

const PREFIX = "taoception";
let pools = 0;

/**
 * Groups of processes for jobs, on top of rlimits and watcher: made when they are needed and used again, since making
 * and removing one for each job would cost more than the job's start. What a killed process left behind is removed
 * first. Where the kernel refuses, the pool gives nothing from then on.
 */
export function openCgroups(places: readonly Place[]): CgroupPool {
  const mark = `${PREFIX}.${namespaceOf()}.${process.pid}.${startOf("self") ?? 0}`;
  pools += 1;
  const pool = pools;
  for (const { folder } of places) sweep(folder, mark);
  const free: Group[] = [];
  /** Those of them in which nothing has been since they were last looked at, so that no look is needed. */
  const unused = new WeakSet<Group>();
  let made = 0;
  let usable = places.length > 0;
  let closed = false;

  const fresh = (limits: GroupLimits): Group | undefined => {
    made += 1;
    let group: Group | undefined;
    try {
      group = makeGroup(`${mark}.${pool}.${made}`, places);
      group.limit(limits);
      return group;
    } catch {
      usable = false;
      group?.remove();
      return undefined;
    }
  };
  const reused = (limits: GroupLimits): Group | undefined => {
    const at = free.findIndex((each) => unused.has(each) || each.empty());
    const [group] = at < 0 ? [] : free.splice(at, 1);
    try {
      group?.limit(limits);
      return group;
    } catch {
      void (group && removal(group)); // the memory of its last job is not yet free
      return undefined;
    }
  };
  const refused = (group: Group) => {
    usable = false;
    group.remove();
  };
  return {
    take(limits) {
      if (!usable || closed) return undefined;
      const group = reused(limits) ?? fresh(limits);
      if (!group) return undefined;
      let before: number | undefined;
      let entered = Promise.resolve();
      let working = true;
      let given = true;
      let room = limits;
      return {
        shares: places.some(({ limits }) => limits.includes("cpu")),
        enter(init) {
          entered = init
            .then(async (pid) => {
              await sleep(SETTLED_MS, undefined, { ref: false });
              if (pid === undefined || !given) return;
              before = group.killed();
              unused.delete(group);
              await group.enter(pid);
            })
            .catch(() => {
              working = false;
            });
        },
        widen(all) {
          const most = (what: keyof GroupLimits) =>
            Math.max(
              room[what],
              all.reduce((sum, each) => sum + each[what], 0),
            );
          const wider = {
            memoryBytes: most("memoryBytes"),
            processes: most("processes"),
            diskBytes: most("diskBytes"),
          };
          try {
            group.limit(wider);
            room = wider;
          } catch {
            // the earlier ones hold
          }
        },
        killed: () => before !== undefined && group.killed() > before,
        release() {
          given = false;
          void entered.then(() => {
            if (!working) refused(group);
            else if (closed) void removal(group);
            else free.push(group);
            if (before === undefined) unused.add(group);
          });
        },
      };
    },
    async close() {
      closed = true;
      await Promise.all(free.splice(0).map(removal));
    },
  };
}

/** The kernel takes a moment to let the last process of a group go. */
async function removal(group: Group): Promise<void> {
  for (let wait = 1; !group.remove() && wait < 500; wait *= 2) await sleep(wait);
}

/** Groups of processes that are no more, in the same pid namespace as ours: others cannot be told apart. */
function sweep(folder: string, mark: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const [prefix, namespace, pid, start] = name.split(".");
    if (prefix !== PREFIX || namespace !== namespaceOf() || name.startsWith(`${mark}.`)) continue;
    if (startOf(pid ?? "") !== start) removed(join(folder, name));
  }
}

function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

/** When a process began, in the kernel's ticks: with it a pid names one process for good. Undefined when it is gone. */
function startOf(pid: string): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
