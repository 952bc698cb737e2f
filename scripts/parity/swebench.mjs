// Brings swebench, to compare with, into an ignored folder of its own; nothing of the product uses it.
//
//   .runtime/node_modules/.bin/node scripts/parity/swebench.mjs
//
// The person's own settings of uv (index, proxy, cache) hold. It is about 360 MB, and takes seconds from a cache.
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { places } from "../setup/places.mjs";
import { run } from "../setup/run.mjs";
import { uvOnPath } from "../setup/uv.mjs";

const VERSION = "5.0.2";
const folder = join(places().runtime, `swebench-${VERSION}`);

/** The Python that can import swebench; undefined where it has not been brought. */
export function oraclePython() {
  const python = join(folder, "bin", "python");
  return existsSync(python) ? python : undefined;
}

/** Brings it where it is not there yet; resolves to its Python. */
export async function bringSwebench() {
  const there = oraclePython();
  if (there) return there;
  const { uv } = places();
  const program = existsSync(uv) ? uv : await uvOnPath();
  if (!program) throw new Error("uv is not there: run `npm run setup` first");
  const making = `${folder}.part`;
  rmSync(making, { recursive: true, force: true });
  const commands = [
    [program, "venv", "--quiet", "--relocatable", making],
    [program, "pip", "install", "--quiet", "--python", join(making, "bin", "python"), `swebench==${VERSION}`],
  ];
  for (const command of commands) {
    const { code, output } = await run(command);
    if (code !== 0) throw new Error(`swebench ${VERSION} cannot be installed: ${output.trim()}`);
  }
  renameSync(making, folder);
  return oraclePython();
}

if (import.meta.main) process.stdout.write(`${await bringSwebench()}\n`);
