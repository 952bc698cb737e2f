import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(
  new URL("../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs", import.meta.url),
);

/** Every import under `folder`/src as dependency-cruiser reads it, and what breaks the rules of its configuration. */
export async function cruise(folder) {
  const argv = [program, "src", "--config", ".dependency-cruiser.mjs", "--output-type", "json"];
  const options = { cwd: resolve(folder), maxBuffer: 256 * 1024 * 1024 };
  // It exits with the number of offences; what it found is on stdout all the same.
  const { stdout } = await promisify(execFile)(process.execPath, argv, options).catch((error) => {
    if (error.stdout?.startsWith("{")) return error;
    throw error;
  });
  const { modules, summary } = JSON.parse(stdout);
  return { modules, violations: summary.violations };
}

/** The TypeScript files under `folder`/src, with forward slashes, as the cruiser names them. */
export function sourceFiles(folder) {
  return readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
