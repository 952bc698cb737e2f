import { isIP } from "node:net";
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { agentNames } from "../../agents/index.ts";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { httpUrl, logLevel, modelFields, modelOf, rule, whole } from "../fields.ts";
import { cacheFolder } from "../home.ts";
import { toolUv } from "../surroundings.ts";

const RAO = 1_000_000_000n;

const Options = z
  .object({
    home: z.string(),
    cache: z.string().optional(),
    keyfile: z.string(),
    chain: httpUrl,
    netuid: whole(0, 65_535),
    port: whole(0, 65_535),
    address: z
      .string()
      .refine((text) => isIP(text) !== 0, "give an IP address")
      .optional(),
    agent: z.enum(agentNames, `give ${agentNames.join(" or ")}`),
    candidates: whole(1, 1_000_000),
    atOnce: whole(1, 64),
    minStake: whole(0, 21_000_000).transform((tao) => BigInt(tao) * RAO),
    name: z.string().regex(/^[\w.-]{1,40}$/, "give letters, digits, dots and dashes"),
    attached: z.boolean().default(false),
    local: z.boolean().default(false),
    "wire.legacy": z.boolean().default(false),
    logLevel,
    ...modelFields,
  })
  .refine(
    ({ address, local }) => local || address !== undefined,
    rule("give the IP address at which validators reach this machine, or --local", ["address"]),
  );

export function add(program: Command, door: Door): void {
  const command = program
    .command("miner")
    .description("answer challenges with patches: receive, solve, commit, reveal")
    .requiredOption("--home <dir>", "where this miner keeps its jobs")
    .requiredOption("--keyfile <file>", "the hotkey, as a plain keyfile")
    .requiredOption("--chain <url>", "the chain's JSON-RPC address")
    .requiredOption("--netuid <n>", "the subnet")
    .option("--address <ip>", "the IP address at which validators reach this machine")
    .option("--port <port>", "where to serve; 0 for the one of last time, or a free one", "0")
    .option(
      "--agent <name>",
      `who solves: ${agentNames.join(" or ")} (bash asks a language model, lookup the package index)`,
      "repair",
    )
    .option("--candidates <n>", "patches that are tried for a task", "400")
    .option("--at-once <n>", "tasks that are solved at a time", "1")
    .option("--min-stake <tao>", "what a validator must have staked to be listened to", "1000")
    .option("--cache <dir>", "environments, shared with other homes (TAOCEPTION_CACHE)")
    .option("--name <name>", "for log lines", "miner")
    .option("--local", "a local subnet: loopback addresses are fine, and no permit is needed yet")
    .option("--wire.legacy", "answer validators that speak v10 (axon and dendrite) too")
    .option("--attached", "end when standard input closes");
  runs(command, Options, door, async (given) => {
    const { cache, attached, name, address = "127.0.0.1", logLevel: level, ...options } = given;
    const { environment } = door;
    const signal = attached ? attach(door) : door.signal;
    const uv = await toolUv(environment);
    const { startMiner } = await import("../../miner/index.ts");
    await startMiner(
      {
        ...options,
        address,
        legacy: options["wire.legacy"],
        home: resolve(options.home),
        keyfile: resolve(options.keyfile),
        cache: cacheFolder(cache, environment),
        uv,
        model: modelOf(options),
        environment,
      },
      {
        onReady: (ready) => void door.stdout.write(`${JSON.stringify(ready)}\n`),
        logger: openLogger(name, level),
        signal,
      },
    );
  });
}
