import { fileURLToPath } from "node:url";
import { findUv } from "../pypi/index.ts";
import { checkSandbox, sandboxChoice } from "../sandbox/index.ts";
import { linesOf, MachineError } from "./usage.ts";

/** Where set-up puts its uv (`scripts/setup/places.mjs`). */
const broughtUv = fileURLToPath(new URL("../../.runtime/uv/bin/uv", import.meta.url));

/** The uv that set-up brought, else the one on PATH. */
export function toolUv(environment: NodeJS.ProcessEnv): Promise<string> {
  return findUv({ candidates: [broughtUv], path: environment.PATH });
}

/** See that this machine can run foreign code at all, before anything is started; what is missing is told at once. */
export async function needMachine(environment: NodeJS.ProcessEnv): Promise<void> {
  const missing: string[] = [];
  const [checks] = await Promise.all([
    checkSandbox(sandboxChoice(environment)),
    toolUv(environment).catch((error: unknown) => missing.push(...linesOf(error))),
  ]);
  for (const { name, ok, detail, mend } of checks)
    if (!ok) missing.push(`${name}: ${detail}${mend === undefined ? "" : ` — ${mend}`}`);
  if (missing.length > 0) throw new MachineError(missing);
}
