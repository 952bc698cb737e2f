import { TaoceptionError } from "../platform/index.ts";
import type { Job, Limits } from "./contract.ts";
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
