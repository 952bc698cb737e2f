import { join } from "node:path";
import { type Keypair, type Metagraph, route, serveWire } from "../bittensor/index.ts";
import type { Clock, Logger } from "../platform/index.ts";
import { Challenge } from "../protocol/index.ts";
import { answer } from "./answer.ts";
import { openJobs } from "./jobs.ts";
import { type Meter, noMeter } from "./meter.ts";
import { openPatience } from "./patience.ts";
import { openPeers } from "./peers.ts";
import { keepPort } from "./port.ts";
import { openQueue } from "./queue.ts";
import { receive } from "./receive.ts";
import { solve, type Workbench } from "./solve.ts";
import { openWire } from "./wire.ts";

/** The largest challenge: a statement, a lock and the names of tests. */
const CHALLENGE_BYTES = 512 * 1024;

/** A miner that answers challenges. */
export interface Miner extends AsyncDisposable {
  readonly port: number;
  /** Jobs that are not yet answered. */
  waiting(): Promise<number>;
  /** Resolves once no job waits and none is under way. */
  idle(): Promise<void>;
}

/**
 * Serve one miner: receive → fetch tree → solve → commit → reveal. `minStake` (rao) is what a validator must
 * have staked to be listened to, `permit` whether it must have a permit; `local` allows loopback addresses; with
 * `legacy` v10 is spoken too.
 */
export async function openMiner(
  {
    keypair,
    home,
    host,
    port,
    minStake,
    permit,
    local,
    legacy,
    atOnce,
  }: {
    keypair: Keypair;
    home: string;
    host: string;
    port: number;
    minStake: bigint;
    permit: boolean;
    local: boolean;
    legacy: boolean;
    atOnce: number;
  },
  bench: Omit<Workbench, "folder">,
  {
    metagraph,
    clock,
    logger,
    meter = noMeter,
  }: { metagraph: () => Promise<Metagraph>; clock: Clock; logger: Logger; meter?: Meter },
): Promise<Miner> {
  const jobs = await openJobs(join(home, "jobs"));
  const peers = openPeers({ minStake, permit }, { metagraph, clock });
  const wire = openWire(keypair, { peers, local, legacy });
  const names = { hotkey: keypair.address, agent: bench.agent.name };
  const queue = openQueue(
    {
      solve: async (job, endOf, stop) => {
        using patience = openPatience(endOf, { clock, signal: stop });
        const { signal } = patience;
        const workbench = { ...bench, folder: join(home, "trees") };
        const started = clock.now();
        const { trajectory, ...found } = await solve(job, workbench, { ...wire, clock, logger, signal });
        meter.solved(found.status, clock.now() - started);
        logger.info({ task: job.challenge.task, steps: trajectory.length, status: found.status }, "solved");
        return found;
      },
      async answer(job, signal) {
        const state = await answer(job, names, { jobs, post: wire.post, clock, signal });
        meter.answered(state);
        return state;
      },
    },
    atOnce,
    { jobs, clock, logger },
  );
  try {
    const serve = (at: number) =>
      serveWire({
        keypair,
        legacy,
        host,
        port: at,
        admit: (hotkey) =>
          peers.admits(hotkey).catch((error: unknown) => {
            logger.warn({ error }, "nobody is admitted while the chain cannot be read");
            return false;
          }),
        clock,
        logger,
        routes: [
          route({
            method: "POST",
            path: "/challenge",
            maxBytes: CHALLENGE_BYTES,
            body: Challenge,
            handle: async ({ sender, body }) => {
              const { status, reason, fresh } = await receive(sender, body, { jobs, clock, ...peers });
              meter.received(reason);
              if (fresh) queue.wake();
              return { status, json: { reason } };
            },
          }),
        ],
      });
    const server = await keepPort(port, home, serve);
    return {
      port: server.port,
      idle: queue.idle,
      waiting: async () =>
        (await jobs.list()).filter(({ state }) => state !== "revealed" && state !== "expired").length,
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]();
        await queue[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await queue[Symbol.asyncDispose]();
    throw error;
  }
}
