import { statfs } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { type Check, explain, runChild, Secret } from "../../platform/index.ts";
import { indexUrl } from "../../pypi/index.ts";
import { checkSandbox } from "../../sandbox/index.ts";
import { checkPostgres } from "../../storage/index.ts";
import type { Door } from "../door.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { toolUv } from "../surroundings.ts";
import { configure, MachineError } from "../usage.ts";

const Options = z.object({
  home: z.string().optional(),
  cache: z.string().optional(),
  databaseUrl: z.url().optional(),
  json: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  program
    .command("doctor")
    .description(
      "check what this machine has: sandbox, Python, uv, database, disk, network; and how to mend it",
    )
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--database-url <url>", "check this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--json", "print the checks as JSON")
    .action(async (given: Record<string, unknown>) => {
      const { environment, stdout } = door;
      const { home, cache, json, databaseUrl } = configure(Options, {
        databaseUrl: environment.DATABASE_URL,
        ...given,
      });
      const checks = [
        ...(await checkSandbox()),
        ...(await checkUv(environment)),
        ...(await checkPostgres(databaseUrl === undefined ? {} : { databaseUrl: new Secret(databaseUrl) })),
        await checkDisk("disk for the home", homeFolder(home, environment)),
        await checkDisk("disk for the cache", cacheFolder(cache, environment)),
      ];
      if (json) stdout.write(`${JSON.stringify(checks)}\n`);
      else for (const check of checks) stdout.write(told(check));
      const bad = checks.filter(({ ok }) => !ok);
      if (bad.length > 0) throw new MachineError(`${bad.map(({ name }) => name).join(", ")}: not right`);
    });
}

function told({ name, ok, detail, mend }: Check): string {
  const line = `${ok ? "ok  " : "BAD "} ${name}: ${detail}\n`;
  return ok || mend === undefined ? line : `${line}     mend: ${mend}\n`;
}

/** uv, the index it is configured with, and whether that can be reached. The address may hold a password: it is not told. */
async function checkUv(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  let uv: string;
  try {
    uv = await toolUv(environment);
  } catch (error) {
    return [{ name: "uv", ok: false, detail: explain(error), mend: "npm run setup" }];
  }
  const version = await runChild([uv, "--version"], { timeoutMs: 10_000 });
  const found: Check = {
    name: "uv",
    ok: version.exitCode === 0,
    detail: version.stdout.trim() || version.stderr,
  };
  try {
    const { urls } = await indexUrl(uv, environment);
    return [found, await checkNetwork(urls.at(-1) ?? "")];
  } catch (error) {
    return [found, { name: "network", ok: false, detail: explain(error) }];
  }
}

const LEAST_BYTES = 2 * 1024 ** 3;

async function checkDisk(name: string, folder: string): Promise<Check> {
  for (let at = folder; ; at = dirname(at)) {
    const seen = await statfs(at).catch(() => null);
    if (seen === null && dirname(at) !== at) continue; // it is not there yet
    const free = seen ? seen.bavail * seen.bsize : 0;
    const ok = free >= LEAST_BYTES;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${at}`;
    return ok ? { name, ok, detail } : { name, ok, detail, mend: "free 2 GiB, or choose another folder" };
  }
}

function checkNetwork(url: string): Promise<Check> {
  const { hostname, port, protocol } = new URL(url);
  const mend =
    "check the connection, a proxy, or uv's index setting; what was fetched before works --offline";
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) });
    const end = (ok: boolean, detail: string) => {
      socket.destroy();
      resolve({ name: "network", ok, detail, ...(ok ? {} : { mend }) });
    };
    socket.setTimeout(5_000, () => end(false, "the package index does not answer within 5 s"));
    socket.once("connect", () => end(true, "the package index can be reached"));
    socket.once("error", (error) => end(false, `the package index cannot be reached: ${error.message}`));
  });
}
