import { mkdir, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { type AgentName, openAgent } from "../agents/index.ts";
import { openChain, readKeyfile } from "../bittensor/index.ts";
import type { ModelConfiguration } from "../llm/index.ts";
import { type Logger, systemClock, TaoceptionError } from "../platform/index.ts";
import { type Environment, indexUrl } from "../pypi/index.ts";
import { openLayer } from "../python/index.ts";
import { openSandbox, sandboxChoice } from "../sandbox/index.ts";
import { openMiner } from "./miner.ts";
import { publish } from "./publish.ts";
import { openReleases } from "./release.ts";
import type { LayerOf } from "./solve.ts";

/** What a miner is told. */
export interface MinerOptions {
  home: string;
  /** Folder of what can be fetched or built again, shared with other programs of this user. */
  cache: string;
  keyfile: string;
  chain: string;
  netuid: number;
  /** 0: the one of last time, else a free one. */
  port: number;
  /** The IP address at which others reach this machine. */
  address: string;
  /** On a local subnet: loopback addresses are spoken to, and a validator needs no permit yet. */
  local: boolean;
  /** Validators that speak v10 are answered too. */
  legacy: boolean;
  /** rao that a validator must have staked to be listened to. */
  minStake: bigint;
  agent: AgentName;
  model: ModelConfiguration;
  candidates: number;
  /** Jobs that are solved at a time. */
  atOnce: number;
  uv: string;
  /** The person's variables: they name the package index. */
  environment: Environment;
}

/**
 * Open everything that the options name and serve until the signal. `onReady` comes once the miner answers and
 * the chain tells where.
 */
export async function startMiner(
  options: MinerOptions,
  {
    onReady,
    logger,
    signal,
  }: {
    onReady: (ready: { port: number; hotkey: string }) => void;
    logger: Logger;
    signal: AbortSignal;
  },
): Promise<void> {
  const { home, cache, netuid, address, uv, environment } = options;
  const clock = systemClock;
  const keypair = await readKeyfile(options.keyfile);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await rm(join(home, "trees"), { recursive: true, force: true }); // what a killed miner left
  let asked: ReturnType<typeof indexUrl> | undefined;
  const index = () => {
    asked ??= indexUrl(uv, environment);
    asked.catch(() => {
      asked = undefined; // asked again for the next job
    });
    return asked;
  };
  await using sandbox = await openSandbox(sandboxChoice(environment));
  const releaseOf = openReleases({ index, cache, pythonVersion: sandbox.pythonVersion, clock });
  const { agent, ...missing } = await openAgent(options.agent, options.model, { releaseOf });
  if (!agent)
    throw new TaoceptionError(
      "missing-tool",
      "reason" in missing ? missing.reason : "there is no such agent",
      {
        mend: "set one of them, or take --agent repair",
      },
    );
  const chain = openChain({ url: options.chain, clock, signal });

  const layerOf: LayerOf = async (lock, until) => {
    return openLayer(lock, { sandbox, cache, uv, index: await index(), clock, logger, signal: until });
  };

  const host = isLoopback(address) ? address : isIP(address) === 6 ? "::" : "0.0.0.0";
  await using miner = await openMiner(
    { ...options, keypair, host },
    { agent, budget: { candidates: options.candidates }, layerOf, sandbox },
    { metagraph: () => chain.metagraph(netuid), clock, logger },
  );
  await publish({ netuid, host: address, port: miner.port }, keypair, { chain, clock, logger, signal });
  onReady({ port: miner.port, hotkey: keypair.address });
  await ended(signal);
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
