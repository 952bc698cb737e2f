import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Check } from "../../platform/index.ts";
import { makeGroup } from "./group.ts";
import { findPlaces, type Place } from "./places.ts";

/** Which limits hold on this machine: tried, with a process in a group. Jobs are limited without groups too. */
export async function checkLimits(places: readonly Place[] = findPlaces()): Promise<Check> {
  const name = "limits";
  const base = "rlimits, tmpfs sizes and watcher";
  if (places.length === 0) return { name, ok: true, detail: `${base}; cgroup: not writable here` };
  const versions = [...new Set(places.map(({ version }) => `v${version}`))].join(", ");
  const what = places.flatMap(({ limits }) => limits).join(", ");
  const failed = await tried(places);
  if (failed !== null) return { name, ok: true, detail: `${base}; cgroup ${versions}: ${failed}` };
  return { name, ok: true, detail: `${base}, and cgroup ${versions} (${what})` };
}

async function tried(places: readonly Place[]): Promise<string | null> {
  let child: ChildProcess | undefined;
  try {
    const group = makeGroup(`taoception.try.${process.pid}.${Date.now()}`, places);
    try {
      group.limit({ memoryBytes: 64 * 1024 * 1024, processes: 4, diskBytes: 4096 });
      child = spawn("/bin/cat", { stdio: ["pipe", "ignore", "ignore"] });
      await once(child, "spawn");
      await group.enter(child.pid as number);
      return group.empty() ? "no process can be moved into a group" : null;
    } finally {
      const ended = child?.pid === undefined ? undefined : once(child, "close");
      child?.kill("SIGKILL");
      await ended;
      for (let wait = 1; !group.remove() && wait < 500; wait *= 2)
        await new Promise((done) => setTimeout(done, wait));
    }
  } catch (error) {
    return (error as Error).message;
  }
}
