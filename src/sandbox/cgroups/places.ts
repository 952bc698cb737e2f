import { accessSync, constants, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A folder of the kernel's in which this process may make groups, and what a group in it limits. With `cpu`, groups have
 * the processors in equal shares, however many processes and sessions one of them starts.
 */
export interface Place {
  version: 1 | 2;
  folder: string;
  limits: readonly ("memory" | "pids" | "cpu")[];
}

/** Text of a file of the kernel's; null when it cannot be read. */
export type Read = (path: string) => string | null;

/**
 * Where groups can be made: version 2 where memory and pids are given to the children of our own group, or of one
 * above it that is ours to write, with cpu where it is given, too; else version 1's own folders for each. Empty where
 * there are none. Sources: cgroups(7), and "Delegation" of the kernel's cgroup-v2.
 */
export function findPlaces({ read = readText, mayWrite = writable } = {}): Place[] {
  const mounts = mountsOf(read("/proc/self/mountinfo") ?? "");
  const own = ownGroups(read("/proc/self/cgroup") ?? "");
  const under = (mount: Mounted | undefined, group: string | undefined) => {
    if (!mount || group === undefined) return null;
    const inside = mount.root === "/" ? group : group.slice(mount.root.length);
    if (!group.startsWith(mount.root) || inside.split("/").includes("..")) return null;
    return join(mount.at, inside).replace(/\/$/, "");
  };
  const unified = mounts.find(({ type }) => type === "cgroup2");
  const start = under(unified, own.get(""));
  if (unified && start !== null) {
    const folder = delegated(start, unified.at, { read, mayWrite });
    if (folder !== null) {
      const shared = given(folder, read).includes("cpu");
      return [{ version: 2, folder, limits: ["memory", "pids", ...(shared ? (["cpu"] as const) : [])] }];
    }
  }
  return (["memory", "pids", "cpu"] as const).flatMap((limit): Place[] => {
    const mount = mounts.find(({ type, options }) => type === "cgroup" && options.includes(limit));
    const folder = under(mount, own.get(limit));
    return folder !== null && mayWrite(folder) ? [{ version: 1, folder, limits: [limit] }] : [];
  });
}

/**
 * The nearest group, from ours upwards, whose children have memory and pids. A process can only be moved below a
 * group whose list of processes we may write. No further than a group with a limit of its own: jobs must not leave it.
 */
function delegated(
  start: string,
  top: string,
  { read, mayWrite }: { read: Read; mayWrite: MayWrite },
): string | null {
  for (let at = start; at === top || at.startsWith(`${top}/`); at = dirname(at)) {
    const all = given(at, read);
    if (all.includes("memory") && all.includes("pids"))
      return mayWrite(at) && mayWrite(join(at, "cgroup.procs")) ? at : null;
    if (at === top || (read(join(at, "memory.max")) ?? "max").trim() !== "max") return null;
  }
  return null;
}

/** What the children of a group have. */
const given = (folder: string, read: Read) =>
  (read(join(folder, "cgroup.subtree_control")) ?? "").trim().split(/\s+/);

interface Mounted {
  root: string;
  at: string;
  type: string;
  options: string[];
}

/** Lines of mountinfo that are cgroups: `36 35 98:0 /root /at opts … - type source super`. */
function mountsOf(text: string): Mounted[] {
  return text.split("\n").flatMap((line) => {
    const [head = "", tail = ""] = line.split(" - ", 2);
    const [type = "", , options = ""] = tail.split(" ");
    const [, , , root = "", at = ""] = head.split(" ");
    return type === "cgroup" || type === "cgroup2" ? [{ root, at, type, options: options.split(",") }] : [];
  });
}

/** Our group for each controller of version 1, and under "" for version 2: lines `4:memory:/path`. */
function ownGroups(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers !== undefined && path !== undefined)
      for (const name of controllers.split(",")) found.set(name, path);
  }
  return found;
}

type MayWrite = (path: string) => boolean;

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
