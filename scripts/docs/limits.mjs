import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Who runs foreign code, and the file in which its limits stand. */
const HOLDERS = {
  "test run, script": "src/python/tester.ts",
  scout: "src/python/scout.ts",
  "agent's shell": "src/agents/bash/openShell.ts",
  "build of a wheel": "src/python/buildWheel.ts",
  uv: "src/python/uv.ts",
};
const MEGABYTE = 1024 * 1024;
/** What a row says, the field it comes from, and what one of its unit is. */
const ROWS = [
  ["wall time, s", "wallMs", 1000],
  ["processor time of a process, s", "cpuSeconds", 1],
  ["memory of all processes, MiB", "memoryBytes", MEGABYTE],
  ["processes", "processes", 1],
  ["disk, MiB", "diskBytes", MEGABYTE],
  ["kept of each output, MiB", "outputBytes", MEGABYTE],
];

/** The limits of the sandbox as each holder asks for them: a table, read from the source since none is exported. */
export function describeLimits(folder) {
  const held = Object.values(HOLDERS).map((file) => limitsIn(readFileSync(join(folder, file), "utf8"), file));
  const rows = ROWS.map(([told, field, unit]) =>
    [told, ...held.map((limits) => (limits[field] / unit).toLocaleString("en"))].join(" | "),
  );
  const head = ["limit", ...Object.keys(HOLDERS)];
  return [head.join(" | "), head.map(() => "---").join(" | "), ...rows].map((row) => `| ${row} |`).join("\n");
}

/** The first object in a file that is typed `Limits`, its fields as numbers. */
function limitsIn(text, file) {
  const block = /: Limits = \{([^}]*)\}/.exec(text)?.[1] ?? "";
  const limits = {};
  for (const [, name, product] of block.matchAll(/(\w+): ([\w* ]+),/g))
    limits[name] = product
      .split("*")
      .map((factor) => (factor.trim() === "megabyte" ? MEGABYTE : Number(factor.trim().replaceAll("_", ""))))
      .reduce((all, factor) => all * factor, 1);
  for (const [, field] of ROWS)
    if (!(limits[field] > 0)) throw new Error(`${file} has no ${field} that can be read`);
  return limits;
}
