import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Agent, type AgentName, openAgent, type ReleaseOf } from "../agents/index.ts";
import { type Keypair, openChain, publishAxon, registeredIn } from "../bittensor/index.ts";
import type { ModelConfiguration } from "../llm/index.ts";
import {
  holdHome,
  type Logger,
  serveTelemetry,
  systemClock,
  TaoceptionError,
  writeAtomically,
} from "../platform/index.ts";
import { type Environment, indexUrl } from "../pypi/index.ts";
import { openLayer, testLimits } from "../python/index.ts";
import { openSandbox, sandboxChoice } from "../sandbox/index.ts";
import { openMiner } from "./miner.ts";
import { openReleases } from "./release.ts";
import type { LayerOf } from "./solve.ts";

/** What a miner is told. */
export interface MinerOptions {
  home: string;
  /** Folder of what can be fetched or built again, shared with other programs of this user. */
  cache: string;
  /** Its hotkey. */
  keypair: Keypair;
  chain: string;
  netuid: number;
  /** 0: the one of last time, else a free one. */
  port: number;
  /** The address to listen at, and that under which others reach it, where that is another. */
  host: string;
  external: { host: string | undefined; port: number | undefined };
  /** Whether a validator needs a permit to be listened to. */
  permit: boolean;
  /** Where /healthz and /metrics are served; null = nowhere. */
  metrics: { host: string; port: number } | null;
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
    onReady: (ready: { port: number; hotkey: string; metrics?: string }) => void;
    logger: Logger;
    signal: AbortSignal;
  },
): Promise<void> {
  const { home, cache, netuid, uv, environment, keypair } = options;
  const clock = systemClock;
  await mkdir(home, { recursive: true, mode: 0o700 });
  await using _held = await holdHome(home);
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
  const agent = await agentOf(options, { releaseOf, logger });
  const chain = openChain({ url: options.chain, netuid, clock, signal });

  const layerOf: LayerOf = async (lock, until) => {
    return openLayer(lock, { sandbox, cache, uv, index: await index(), clock, logger, signal: until });
  };

  const counted =
    options.metrics && (await import("./metrics.ts")).openMetrics({ waiting: () => miner.waiting() });
  await using miner = await openMiner(
    options,
    { agent, budget: { candidates: options.candidates }, layerOf, sandbox },
    {
      metagraph: () => chain.metagraph(netuid),
      ...{ clock, logger },
      ...(counted ? { meter: counted.meter } : {}),
    },
  );
  const reached = {
    host: options.external.host ?? options.host,
    port: options.external.port ?? miner.port,
  };
  await publishAxon({ netuid, ...reached }, keypair, { chain, clock, logger, signal });
  await using telemetry =
    counted && options.metrics
      ? await serveTelemetry(options.metrics, {
          registry: counted.registry,
          looks: {
            chain: () => chain.head(),
            registration: async () => registeredIn(await chain.metagraph(netuid), keypair.address),
            sandbox: (until) => sandbox.run({ argv: ["/bin/true"], limits: testLimits }, { signal: until }),
            disk: () => writeAtomically(join(home, "looked"), ""),
          },
          clock,
        })
      : null;
  onReady({
    port: miner.port,
    hotkey: keypair.address,
    ...(telemetry ? { metrics: telemetry.origin } : {}),
  });
  await ended(signal);
}

/** The agent that is asked for; without the model that it needs, the one that needs none, and loudly. */
async function agentOf(
  { agent: wanted, model }: Pick<MinerOptions, "agent" | "model">,
  { releaseOf, logger }: { releaseOf: ReleaseOf; logger: Logger },
): Promise<Agent> {
  const opened = await openAgent(wanted, model, { releaseOf });
  if (opened.agent) return opened.agent;
  logger.warn(`${opened.reason}: the agent repair, which needs no model, takes its place`);
  const { agent } = await openAgent("repair", model);
  if (agent) return agent;
  throw new TaoceptionError("missing-tool", opened.reason);
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
