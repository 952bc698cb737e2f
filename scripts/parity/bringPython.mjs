import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { places } from "../setup/places.mjs";
import { run } from "../setup/run.mjs";
import { uvOnPath } from "../setup/uv.mjs";

/**
 * A Python environment with packages, in an ignored folder of its own; one that is there already stays. Resolves to its
 * Python. The person's own settings of uv (index, proxy, cache) hold.
 */
export async function bringPython(name, packages) {
  const folder = join(places().runtime, name);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  const { uv } = places();
  const program = existsSync(uv) ? uv : await uvOnPath();
  if (!program) throw new Error("uv is not there: run `npm run setup` first");
  const making = `${folder}.part`;
  rmSync(making, { recursive: true, force: true });
  const commands = [
    [program, "venv", "--quiet", "--relocatable", making],
    [program, "pip", "install", "--quiet", "--python", join(making, "bin", "python"), ...packages],
  ];
  for (const command of commands) {
    const { code, output } = await run(command);
    if (code !== 0) throw new Error(`${packages.join(", ")} cannot be installed: ${output.trim()}`);
  }
  renameSync(making, folder);
  return python;
}
