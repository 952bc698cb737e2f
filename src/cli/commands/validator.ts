import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import type { Door } from "../door.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { modelOf, packageNamed, toolUv } from "../surroundings.ts";
import { configure, UsageError, whole } from "../usage.ts";

const Options = z.object({
  home: z.string().optional(),
  cache: z.string().optional(),
  keyfile: z.string(),
  chain: z.url(),
  netuid: whole(0, 65_535),
  rounds: whole(1, 1_000_000).optional(),
  package: packageNamed.optional(),
  path: z.string().optional(),
  deadline: whole(5, 3_600),
  port: whole(0, 65_535),
  names: z.string().optional(),
  after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  attached: z.boolean().optional(),
  local: z.boolean().optional(),
  databaseUrl: z.url().optional(),
});

const Names = z.record(z.string(), z.string().max(60));

export function add(program: Command, door: Door): void {
  program
    .command("validator")
    .description(
      "run a validator: make tasks, ask miners, judge, set weights; one JSON event a line on stdout",
    )
    .option("--home <dir>", "where its record lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .requiredOption("--keyfile <file>", "the hotkey, as a plain keyfile")
    .requiredOption("--chain <url>", "where the chain answers")
    .requiredOption("--netuid <n>", "the subnet")
    .option("--rounds <n>", "end after so many rounds, one weights beat and one epoch")
    .option("--package <name[==version]>", "make every task from this package")
    .option("--path <dir>", "make every task from the Python project in this folder")
    .option("--deadline <seconds>", "how long miners have for a challenge", "60")
    .option("--port <port>", "where miners reach it; 0 = the port of last time, or a free one", "0")
    .option("--names <json>", "names of hotkeys for people, as a JSON object")
    .option("--after <seq>", "print the record's events after this one; default: those from now on")
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--local", "ask miners at loopback addresses too: a subnet on one machine")
    .option("--attached", "end when standard input closes")
    .action(async (given: Record<string, unknown>) => {
      const environment = door.environment;
      const options = configure(Options, { databaseUrl: environment.DATABASE_URL, ...given });
      if (options.package && options.path)
        throw new UsageError(["give either --package or --path, not both"]);
      const { keyfile, chain, netuid, rounds, path, port, after, databaseUrl } = options;
      const signal = options.attached ? attach(door) : door.signal;
      const { startValidator } = await import("../../validator/index.ts");
      const print = (value: unknown) => void door.stdout.write(`${JSON.stringify(value)}\n`);
      await startValidator(
        {
          home: homeFolder(options.home, environment),
          cache: cacheFolder(options.cache, environment),
          keyfile: resolve(keyfile),
          chain,
          netuid,
          port,
          deadlineMs: options.deadline * 1000,
          local: options.local ?? false,
          names: namesOf(options.names),
          uv: await toolUv(environment),
          environment,
          model: modelOf(environment),
          ...(rounds === undefined ? {} : { rounds }),
          ...(options.package === undefined ? {} : { package: options.package }),
          ...(path === undefined ? {} : { path: resolve(path) }),
          ...(after === undefined ? {} : { after }),
          ...(databaseUrl === undefined ? {} : { databaseUrl }),
        },
        {
          onReady: print,
          onEvent: print,
          logger: openLogger("validator", environment.TAOCEPTION_LOG ?? "warn"),
          signal,
        },
      );
    });
}

function namesOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    return Names.parse(JSON.parse(text));
  } catch {
    throw new UsageError(["--names: give a JSON object of hotkeys and names"]);
  }
}
