// Brings swebench, to compare with, into an ignored folder of its own; nothing of the product uses it.
//
//   .runtime/node_modules/.bin/node scripts/parity/swebench.mjs
//
// The person's own settings of uv (index, proxy, cache) hold. It is about 360 MB, and takes seconds from a cache.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { places } from "../setup/places.mjs";
import { bringPython } from "./bringPython.mjs";

const VERSION = "5.0.2";
const folder = join(places().runtime, `swebench-${VERSION}`);

/** The Python that can import swebench; undefined where it has not been brought. */
export function oraclePython() {
  const python = join(folder, "bin", "python");
  return existsSync(python) ? python : undefined;
}

/** Brings it where it is not there yet; resolves to its Python. */
export function bringSwebench() {
  return bringPython(`swebench-${VERSION}`, [`swebench==${VERSION}`]);
}

if (import.meta.main) process.stdout.write(`${await bringSwebench()}\n`);
