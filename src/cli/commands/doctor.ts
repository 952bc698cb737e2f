import type { Command } from "commander";
import { z } from "zod";
import type { Check } from "../../platform/index.ts";
import { Secret } from "../../platform/index.ts";
import { checkEngine, checkLimits, checkSandbox, engineChoice, sandboxChoice } from "../../sandbox/index.ts";
import { checkPostgres } from "../../storage/index.ts";
import { checkDisk, checkUv } from "../checks.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { databaseUrl } from "../fields.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { MachineError } from "../usage.ts";

const Options = z.object({
  home: z.string().optional(),
  cache: z.string().optional(),
  databaseUrl: databaseUrl.optional(),
  json: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("doctor")
    .description(
      "check what this machine has: sandbox, Python, uv, database, disk, network; and how to mend it",
    )
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--database-url <url>", "check this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--json", "print the checks as JSON");
  runs(command, Options, door, async ({ home, cache, databaseUrl: url, json }) => {
    const { environment, stdout } = door;
    const checks = (
      await Promise.all([
        checkSandbox(sandboxChoice(environment)),
        ...(sandboxChoice(environment).backend === "oci"
          ? []
          : [checkLimits(), checkEngine(engineChoice(environment))]),
        checkUv(environment),
        checkPostgres(url === undefined ? {} : { databaseUrl: new Secret(url) }),
        checkDisk("disk for the home", homeFolder(home, environment)),
        checkDisk("disk for the cache", cacheFolder(cache, environment)),
      ])
    ).flat();
    if (json) stdout.write(`${JSON.stringify(checks)}\n`);
    else for (const check of checks) stdout.write(told(check));
    const bad = checks.filter(({ ok }) => !ok);
    if (bad.length > 0) throw new MachineError([`${bad.map(({ name }) => name).join(", ")}: not right`]);
  });
}

function told({ name, ok, detail, mend }: Check): string {
  const line = `${ok ? "ok  " : "BAD "} ${name}: ${detail.replace(/\s*\n\s*/g, " | ")}\n`;
  return ok || mend === undefined ? line : `${line}     mend: ${mend}\n`;
}
