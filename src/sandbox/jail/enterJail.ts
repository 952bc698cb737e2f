import { readdirSync } from "node:fs";
import type { GroupLimits } from "../cgroups/group.ts";
import type { CgroupPool } from "../cgroups/pool.ts";
import type { Limits } from "../contract.ts";
import { takeIdentity } from "./identity.ts";
import { type Jail, startJail } from "./jail.ts";
import type { Enter } from "./template.ts";
import { descendants } from "./watch.ts";

/** Start a template's process under bubblewrap, with an identity and a group of its own. */
export function enterJail({
  cgroups,
  ...machine
}: Pick<Jail, "etc" | "emptied"> & { cgroups: Pick<CgroupPool, "take"> }): Enter {
  return async (jail, { interpreter }) => {
    const identity = await takeIdentity({ interpreter });
    const leave = () => {
      if (identity.kind === "pool") identity.release();
    };
    try {
      const jailed = await startJail({ ...jail, ...machine, identity });
      const group = cgroups.take(roomOf(jail.limits));
      group?.enter(jailed.init);
      return {
        ...jailed,
        shares: group?.shares ?? false,
        uid: identity.kind === "pool" ? identity.uid : null,
        release() {
          group?.release();
          leave();
        },
        leftBehind: async () => leftBehind(await jailed.init),
        widen: (all) => group?.widen(all.map(roomOf)),
        killed: () => group?.killed() ?? false,
      };
    } catch (error) {
      leave();
      throw error;
    }
  };
}

/** Of the kernel's group: the watcher, which ends a template with more than twice its processes, comes first. */
function roomOf(limits: Limits): GroupLimits {
  return { ...limits, processes: 2 * limits.processes + 32 };
}

/**
 * What preloading left behind beside the interpreter, if anything: a process would see every fork, and a thread
 * would be lost in each. Looked at from outside, since the preloaded code may lie about it.
 */
function leftBehind(init: number | undefined): string | undefined {
  const processes = init === undefined ? [] : descendants(init);
  if (processes.length < 2) return "it has ended";
  if (processes.length > 2) return `preloading left ${processes.length - 2} processes behind`;
  try {
    const threads = readdirSync(`/proc/${processes[1]}/task`).length;
    return threads === 1 ? undefined : `preloading left ${threads - 1} threads behind`;
  } catch {
    return "it has ended";
  }
}
