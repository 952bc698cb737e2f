import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { httpUrl, modelOf, NOT_BOTH, notBoth, whole } from "../fields.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { launcher } from "../launcher.ts";
import { roundFields, roundFlags } from "../roundOptions.ts";
import { toolUv } from "../surroundings.ts";

const Options = z
  .object({
    ...roundFields,
    keyfile: z.string(),
    chain: httpUrl,
    netuid: whole(0, 65_535),
    port: whole(0, 65_535),
    names: z.string().transform(namesOf).default({}),
    after: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    attached: z.boolean().optional(),
    local: z.boolean().default(false),
    burn: z.boolean().default(false),
    "wire.legacy": z.boolean().default(false),
    "wire.weights": z.boolean().default(false),
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
    .requiredOption("--netuid <n>", "the subnet");
  roundFlags(command)
    .option("--port <port>", "where miners reach it; 0 = the port of last time, or a free one", "0")
    .option("--names <json>", "names of hotkeys for people, as a JSON object")
    .option("--after <seq>", "print the record's events after this one; default: those from now on")
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--offline", "ask no package index: packages that were fetched before serve")
    .option("--burn", "all weight to the subnet owner's uid while nobody has earned anything")
    .option("--local", "ask miners at loopback addresses too: a subnet on one machine")
    .option(
      "--wire.weights",
      "set weights from answers over the wire, although a public fix can be looked up; --local does, too",
    )
    .option("--wire.legacy", "ask and hear miners that speak v10 (axon and dendrite) too")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async (options) => {
    const environment = door.environment;
    const {
      chain,
      netuid,
      rounds,
      package: only,
      path,
      port,
      names,
      after,
      local,
      offline,
      burn,
      "wire.legacy": legacy,
      "wire.weights": wireEarns,
    } = options;
    const signal = options.attached ? attach(door) : door.signal;
    const uv = await toolUv(environment);
    const { startValidator } = await import("../../validator/index.ts");
    const print = (value: unknown) => void door.stdout.write(`${JSON.stringify(value)}\n`);
    await startValidator(
      {
        home: homeFolder(options.home, environment),
        cache: cacheFolder(options.cache, environment),
        keyfile: resolve(options.keyfile),
        ...{ chain, netuid, port, local, legacy, wireEarns, offline, burn, names, uv, environment },
        deadlineMs: options.deadline * 1000,
        model: modelOf(options),
        workers: options.workers,
        ...(rounds === undefined ? {} : { rounds }),
        ...(only === undefined ? {} : { package: only }),
        ...(path === undefined ? {} : { path: resolve(path) }),
        ...(after === undefined ? {} : { after }),
        ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      },
      {
        ...{ onReady: print, onEvent: print, signal },
        launcher: launcher(door, door.stderr),
        logger: openLogger("validator", options.logLevel),
      },
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
