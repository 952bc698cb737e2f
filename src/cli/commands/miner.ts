import { isIP } from "node:net";
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { agentNames } from "../../agents/index.ts";
import { openLogger } from "../../platform/index.ts";
import { attach } from "../attach.ts";
import type { Door } from "../door.ts";
import { cacheFolder } from "../home.ts";
import { modelOf, toolUv } from "../surroundings.ts";
import { configure, whole } from "../usage.ts";

const RAO = 1_000_000_000n;

const Options = z
  .object({
    home: z.string().min(1),
    cache: z.string().optional(),
    keyfile: z.string().min(1),
    chain: z.url(),
    netuid: whole(0, 65_535),
    port: whole(0, 65_535),
    address: z
      .string()
      .refine((text) => isIP(text) !== 0, "give an IP address")
      .optional(),
    agent: z.enum(agentNames),
    candidates: whole(1, 1_000_000),
    atOnce: whole(1, 64),
    minStake: whole(0, 21_000_000).transform((tao) => BigInt(tao) * RAO),
    name: z.string().regex(/^[\w.-]{1,40}$/, "letters, digits, dots and dashes"),
    attached: z.boolean().default(false),
    local: z.boolean().default(false),
  })
  .refine(({ address, local }) => local || address !== undefined, {
    path: ["address"],
    message: "give the IP address at which validators reach this machine",
  });

export function add(program: Command, door: Door): void {
  program
    .command("miner")
    .description("answer challenges with patches: receive, solve, commit, reveal")
    .requiredOption("--home <dir>", "where this miner keeps its jobs")
    .requiredOption("--keyfile <file>", "the hotkey, as a plain keyfile")
    .requiredOption("--chain <url>", "the chain's JSON-RPC address")
    .requiredOption("--netuid <n>", "the subnet")
    .option("--address <ip>", "the IP address at which validators reach this machine")
    .option("--port <port>", "where to serve; 0 for the one of last time, or a free one", "0")
    .option("--agent <name>", `who solves: ${agentNames.join(" or ")} (bash asks a language model)`, "repair")
    .option("--candidates <n>", "patches that are tried for a task", "400")
    .option("--at-once <n>", "tasks that are solved at a time", "1")
    .option("--min-stake <tao>", "what a validator must have staked to be listened to", "1000")
    .option("--cache <dir>", "environments, shared with other homes (TAOCEPTION_CACHE)")
    .option("--name <name>", "for log lines", "miner")
    .option("--local", "a local subnet: loopback addresses are fine, and no permit is needed yet")
    .option("--attached", "end when standard input closes")
    .action(async (given: Record<string, unknown>) => {
      const { cache, attached, name, address = "127.0.0.1", ...options } = configure(Options, given);
      const { environment } = door;
      const signal = attached ? attach(door) : door.signal;
      const { startMiner } = await import("../../miner/index.ts");
      await startMiner(
        {
          ...options,
          address,
          home: resolve(options.home),
          keyfile: resolve(options.keyfile),
          cache: cacheFolder(cache, environment),
          uv: await toolUv(environment),
          model: modelOf(environment),
          environment,
        },
        {
          onReady: (ready) => void door.stdout.write(`${JSON.stringify(ready)}\n`),
          logger: openLogger(name, environment.TAOCEPTION_LOG ?? "warn"),
          signal,
        },
      );
    });
}
