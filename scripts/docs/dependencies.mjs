import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every package that package.json names, with its licence as the lock file has it. */
export function describeDependencies(folder) {
  const json = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const { dependencies, devDependencies, optionalDependencies } = json("package.json");
  const { packages } = json("package-lock.json");
  const kinds = { runs: dependencies, "runs, optional": optionalDependencies, develops: devDependencies };
  const rows = Object.entries(kinds).flatMap(([kind, names]) =>
    Object.entries(names).map(([name, version]) => {
      const { license } = packages[`node_modules/${name}`] ?? {};
      if (!license) throw new Error(`package-lock.json names no licence of ${name}`);
      return `| \`${name}\` | ${version} | ${license} | ${kind} |`;
    }),
  );
  return ["| package | version | licence | for what |", "|---|---|---|---|", ...rows].join("\n");
}
