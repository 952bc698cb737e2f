import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import {
  databaseUrl,
  httpUrl,
  logLevel,
  modelFields,
  modelOf,
  NOT_BOTH,
  notBoth,
  packageNamed,
  whole,
} from "../fields.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { toolUv } from "../surroundings.ts";

const Options = z
  .object({
    home: z.string().optional(),
    cache: z.string().optional(),
    keyfile: z.string(),
    chain: httpUrl,
    netuid: whole(0, 65_535),
    rounds: whole(1, 1_000_000).optional(),
    package: packageNamed.optional(),
    path: z.string().optional(),
    deadline: whole(5, 3_600),
    port: whole(0, 65_535),
    names: z.string().transform(namesOf).default({}),
    after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    attached: z.boolean().optional(),
    local: z.boolean().default(false),
    offline: z.boolean().default(false),
    databaseUrl: databaseUrl.optional(),
    logLevel,
    ...modelFields,
  })
  .refine(notBoth, NOT_BOTH);

const Names = z.record(z.string(), z.string().max(60));

export function add(program: Command, door: Door): void {
  const command = program
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
    .option("--deadline <seconds>", "how long miners have for a challenge", "90")
    .option("--port <port>", "where miners reach it; 0 = the port of last time, or a free one", "0")
    .option("--names <json>", "names of hotkeys for people, as a JSON object")
    .option("--after <seq>", "print the record's events after this one; default: those from now on")
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--offline", "ask no package index: packages that were fetched before serve")
    .option("--local", "ask miners at loopback addresses too: a subnet on one machine")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async (options) => {
    const environment = door.environment;
    const { chain, netuid, rounds, package: only, path, port, names, after, local, offline } = options;
    const signal = options.attached ? attach(door) : door.signal;
    const uv = await toolUv(environment);
    const { startValidator } = await import("../../validator/index.ts");
    const print = (value: unknown) => void door.stdout.write(`${JSON.stringify(value)}\n`);
    await startValidator(
      {
        home: homeFolder(options.home, environment),
        cache: cacheFolder(options.cache, environment),
        keyfile: resolve(options.keyfile),
        ...{ chain, netuid, port, local, offline, names, uv, environment },
        deadlineMs: options.deadline * 1000,
        model: modelOf(options),
        ...(rounds === undefined ? {} : { rounds }),
        ...(only === undefined ? {} : { package: only }),
        ...(path === undefined ? {} : { path: resolve(path) }),
        ...(after === undefined ? {} : { after }),
        ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      },
      { onReady: print, onEvent: print, logger: openLogger("validator", options.logLevel), signal },
    );
  });
}

function namesOf(text: string, context: z.RefinementCtx): Record<string, string> {
  try {
    return Names.parse(JSON.parse(text));
  } catch {
    context.addIssue("give a JSON object of hotkeys and names");
    return z.NEVER;
  }
}
