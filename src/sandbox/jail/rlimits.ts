import { readFileSync } from "node:fs";
import type { Limits } from "../contract.ts";

/** Limits as prlimit(1) takes them. */
export const bounded = (values: Record<string, number>) =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/**
 * A template's own, with room for its forks, which inherit them as their ceiling and set narrower ones: the kernel
 * counts the processes of all forks for the template's uid, and a fork may be given more memory than its template.
 */
export function templateRlimits(limits: Limits): Record<string, number> {
  const { fsize: _, ...own } = rlimits({
    ...limits,
    memoryBytes: limits.memoryBytes + 4 * 1024 ** 3,
    processes: limits.processes + 1024,
  });
  return own; // what it writes lies on a tmpfs that is no larger than its disk limit
}

/** Names and values as prlimit(1) and, upper-cased, Python's `resource` take them. */
export function rlimits(limits: Limits): Record<string, number> {
  const wanted = {
    // room for thread stacks and allocator reserves that are never touched; the watcher counts what is
    as: limits.memoryBytes + 1024 ** 3,
    nproc: limits.processes + 3,
    fsize: limits.diskBytes,
    cpu: limits.cpuSeconds,
    nofile: 1024,
    core: 0,
  };
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [
      name,
      Math.min(Math.max(0, Math.ceil(value)), ceiling(name)),
    ]),
  );
}

const labels: Record<string, string> = {
  as: "Max address space",
  nproc: "Max processes",
  fsize: "Max file size",
  cpu: "Max cpu time",
  nofile: "Max open files",
  core: "Max core file size",
};
let ceilings: string | undefined;
/** The hard limit this process itself has: nobody but root may ask for more. */
function ceiling(name: string): number {
  ceilings ??= readFileSync("/proc/self/limits", "utf8");
  const line = ceilings.split("\n").find((each) => each.startsWith(labels[name] ?? name)) ?? "";
  const hard = line.slice(26).trim().split(/\s+/)[1];
  return hard === undefined || hard === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(hard);
}
