import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { agentNames, openAgent } from "../../agents/index.ts";
import { runSubnet } from "../../subnet/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { modelOf, NOT_BOTH, notBoth, whole } from "../fields.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { launcher } from "../launcher.ts";
import { roundFields, roundFlags } from "../roundOptions.ts";
import { needMachine } from "../surroundings.ts";
import { openScreen } from "../view/screen.ts";

const Options = z
  .object({
    ...roundFields, // the programs read the same again: whatever is wrong with them is told before any of them starts
    blockMs: whole(50, 60_000),
    tempo: whole(2, 50_400),
    commitReveal: z.boolean().default(false),
    agent: z.enum(agentNames, `give one of ${agentNames.join(", ")}`).optional(),
    json: z.boolean().default(false),
    plain: z.boolean().default(false),
  })
  .refine(notBoth, NOT_BOTH);

export function add(program: Command, door: Door): void {
  const command = program
    .command("up")
    .description("run a local subnet: a chain, a validator and three miners, on real packages")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option(
      "--cache <dir>",
      "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)",
    );
  roundFlags(command)
    .option("--block-ms <ms>", "time between blocks of the local chain", "500")
    .option("--tempo <blocks>", "blocks between two epochs", "60")
    .option("--commit-reveal", "weights are sealed, and open by themselves an epoch later")
    .option("--agent <name>", "add a fourth miner with this agent (repair, bash, lookup)")
    .option("--offline", "ask no package index: packages that were fetched before serve")
    .option("--database-url <url>", "use this Postgres in place of the embedded one (DATABASE_URL)")
    .option("--json", "print one JSON event a line on stdout")
    .option("--plain", "print one line of text an event in place of the live view");
  runs(command, Options, door, async (options) => {
    const {
      rounds,
      package: only,
      path,
      databaseUrl: database,
      deadline,
      blockMs,
      tempo,
      commitReveal,
      agent,
      offline,
      workers,
    } = options;
    const { environment, signal } = door;
    await needMachine(environment);
    using screen = openScreen(options, door);
    const fourth = agent === undefined ? undefined : await openAgent(agent, modelOf(options));
    if (fourth && !fourth.agent) screen.say(`no miner with the agent ${agent}: ${fourth.reason}`, true);
    await runSubnet(
      {
        ...{ deadline, blockMs, tempo, commitReveal, offline, workers },
        ...(agent && fourth?.agent ? { agent } : {}),
        home: homeFolder(options.home, environment),
        cache: cacheFolder(options.cache, environment),
        ...(rounds === undefined ? {} : { rounds }),
        ...(only === undefined ? {} : { package: [only.name, only.version].filter(Boolean).join("==") }),
        ...(path === undefined ? {} : { path: resolve(path) }),
        ...(database === undefined ? {} : { databaseUrl: database }),
      },
      {
        launcher: launcher(door, screen.complaints),
        onEvent: (event) => screen.show(event),
        onProgress: (text, lasting) => screen.say(text, lasting),
        signal,
      },
    );
  });
}
