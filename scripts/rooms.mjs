// The rule of the house, checked: rooms import only downwards and through the front door (see docs/architecture.md).
import { existsSync, realpathSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, sourceFiles } from "./rooms/cruise.mjs";

/** The offences in a clone, one line each; a reader that did not read every file is an offence too. */
export async function offences(folder) {
  const { modules, violations } = await cruise(folder);
  const read = new Set(modules.map(({ source }) => source));
  const unread = sourceFiles(folder).filter((file) => !read.has(file));
  return [
    ...unread.map((file) => `not read: ${file}`),
    ...violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  ];
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? ".";
  if (!existsSync(`${folder}/src`)) throw new Error(`there is no src in ${relative(".", folder) || "."}`);
  const found = await offences(folder);
  for (const line of found) process.stderr.write(`rooms: ${line}\n`);
  if (found.length === 0) process.stdout.write(`rooms: ${sourceFiles(folder).length} files, no offence\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
