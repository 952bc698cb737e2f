import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Limits } from "../contract.ts";
import { descendants } from "../jail/watch.ts";
import { type Place, readText } from "./places.ts";

export type GroupLimits = Pick<Limits, "memoryBytes" | "processes" | "diskBytes">;

/** One job's group of processes: a folder of the same name in every place. */
export interface Group {
  /** Set what the processes in it may use together. Throws when the kernel refuses. */
  limit(limits: GroupLimits): void;
  /** Move a process and all that it has started into the group. Resolves when there is nothing left to move. */
  enter(root: number): Promise<void>;
  /** How often the kernel has killed a process of the group for want of memory. */
  killed(): number;
  empty(): boolean;
  /** Whether its folders are gone. */
  remove(): boolean;
}

/** Beside what the job itself may use: page tables, sockets and the like, which count too. */
const KERNEL_BYTES = 64 * 1024 * 1024;
/** bubblewrap's pid 1 and the programs that set limits before the job; threads count as the job's. */
const OWN_PROCESSES = 8;
/** Processes that appear while others are moved are children of those that were not yet. */
const SWEEPS = 8;

/** Make a group. Throws when the kernel refuses. */
export function makeGroup(name: string, places: readonly Place[]): Group {
  const folders = places.map((place) => ({ ...place, folder: join(place.folder, name) }));
  const made: string[] = [];
  try {
    for (const { folder } of folders) {
      mkdirSync(folder);
      made.push(folder);
    }
  } catch (error) {
    for (const folder of made) rmdirSync(folder);
    throw error;
  }
  const memory = folders.find(({ limits }) => limits.includes("memory"));
  const pids = folders.find(({ limits }) => limits.includes("pids"));
  let set = "";
  return {
    limit({ memoryBytes, processes, diskBytes }) {
      const wanted = [memoryBytes, processes, diskBytes].join();
      if (wanted === set) return;
      set = ""; // half set, should the kernel refuse
      // what it writes to its two tmpfs is memory to the kernel, and not to the watcher
      const bytes = String(Math.ceil(memoryBytes + 2 * diskBytes + KERNEL_BYTES));
      if (memory?.version === 2) {
        writeFileSync(join(memory.folder, "memory.max"), bytes);
        write(memory.folder, "memory.swap.max", "0");
      } else if (memory) {
        write(memory.folder, "memory.memsw.limit_in_bytes", "-1"); // never below the other
        writeFileSync(join(memory.folder, "memory.limit_in_bytes"), bytes);
        write(memory.folder, "memory.memsw.limit_in_bytes", bytes);
      }
      if (pids) writeFileSync(join(pids.folder, "pids.max"), String(Math.ceil(processes) + OWN_PROCESSES));
      set = wanted;
    },
    async enter(root) {
      const moved = new Set<number>();
      for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
        const outside = descendants(root).filter((pid) => !moved.has(pid));
        if (outside.length === 0) return;
        for (const pid of outside) {
          moved.add(pid);
          await Promise.all(folders.map(({ folder }) => move(pid, folder)));
        }
      }
    },
    killed() {
      const file = memory?.version === 2 ? "memory.events" : "memory.oom_control";
      const text = memory ? readText(join(memory.folder, file)) : null;
      return Number(/^oom_kill (\d+)/m.exec(text ?? "")?.[1] ?? 0);
    },
    empty: () => folders.every(({ folder }) => readText(join(folder, "cgroup.procs")) === ""),
    remove: () => folders.map(({ folder }) => removed(folder)).every(Boolean),
  };
}

/** Remove a group's folder; true when it is gone, false while there are processes in it. */
export function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

/** A limit that not every kernel has. */
function write(folder: string, file: string, value: string): void {
  const path = join(folder, file);
  if (existsSync(path)) writeFileSync(path, value);
}

/** The kernel may take some milliseconds over the first move in a while, so this does not hold up the process. */
async function move(pid: number, folder: string): Promise<void> {
  await writeFile(join(folder, "cgroup.procs"), String(pid), { flag: "r+" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ESRCH") throw error; // it has ended
    },
  );
}
