import { TaoceptionError } from "../platform/index.ts";
import type { Job, Limits, TemplateSpec } from "./contract.ts";
import { checkReadable } from "./readable.ts";

/** A wrong mount or limit is the caller's mistake, told before anything starts. */
export async function checkMounts({
  mounts = [],
  limits,
}: {
  mounts?: Job["mounts"];
  limits: Limits;
}): Promise<void> {
  for (const [name, value] of Object.entries(limits))
    if (!(Number.isFinite(value) && value > 0))
      throw new TaoceptionError("bad-limit", `limit ${name} must be a positive number, not ${value}`);
  for (const { from, at } of mounts) {
    if (!at.startsWith("/") || at.split("/").includes("..") || /^\/(proc|dev|tmp|etc|)$/.test(at))
      throw new TaoceptionError("bad-mount", `nothing may be mounted at ${at}`);
    await checkReadable(from, at);
  }
}

/** The same of a template: its own mounts, and what every template has. */
export function checkTemplate({ mounts, lowers, program, limits }: TemplateSpec): Promise<void> {
  const own = [
    { from: lowers, at: "/lowers" },
    { from: program, at: "/sandbox/program.py" },
  ];
  return checkMounts({ mounts: [...mounts, ...own], limits });
}
