import type { Chain } from "../bittensor/index.ts";
import { type Clock, type Logger, TaoceptionError } from "../platform/index.ts";
import { type BeatStages, beat, recordEpoch } from "./beat.ts";
import { type Journal, keys } from "./journal.ts";
import { type Durably, round } from "./round.ts";
import type { Stages } from "./stages/index.ts";
import type { RoundEnd } from "./stages/score.ts";
import { queuedIn } from "./workers/ask.ts";

/** Raised by hand whenever the order of steps in a round or a beat changes. */
export const WORKFLOWS_VERSION = "1";

/** Durable work as it is used here: a workflow of a name runs once for an id, however often this process dies. */
export interface Durable {
  register<In, Out>(name: string, workflow: (input: In, durably: Durably) => Promise<Out>): void;
  launch(): Promise<void>;
  start(name: string, id: string, input: unknown): Promise<void>;
  result(id: string): Promise<unknown>;
  unfinished(): Promise<{ id: string; name: string }[]>;
  forget(id: string): Promise<void>;
  forgetQueued(prefix: string): Promise<void>;
}

/** Rounds without a task in a row after which a validator gives up: of one package alone, and of the whole list. */
const BARREN = { one: 2, list: 20 };

/** Make rounds and beats known; before anything runs. */
export function registerWork(stages: Stages, beats: BeatStages, durable: Durable): void {
  durable.register("round", (number: number, durably) => round(number, durably, stages));
  durable.register("beat", (number: number, durably) => beat(number, durably, beats));
}

/** Run a workflow to its end, then forget it: what it did is in the record. */
async function toItsEnd(name: string, id: string, input: unknown, durable: Durable): Promise<unknown> {
  await durable.start(name, id, input);
  return endOf(id, durable);
}

/** Wait for a workflow's end, and forget it with what it had put into the queue. */
async function endOf(id: string, durable: Durable): Promise<unknown> {
  const result = await durable.result(id);
  await durable.forget(id);
  await durable.forgetQueued(queuedIn(id));
  return result;
}

/** What an earlier process left unfinished goes on first. Resolves to the rounds that were ended. */
async function finishEarlier(durable: Durable): Promise<number> {
  const left = await durable.unfinished();
  for (const { id } of left) await endOf(id, durable);
  return left.filter(({ name }) => name === "round").length;
}

/**
 * Rounds, one after the other, until `rounds` with tasks have ended (counting `done`), or for ever. TaoceptionError
 * `barren` when too many in a row gave none.
 */
async function runRounds(
  { rounds, done, onePackage }: { rounds: number; done: number; onePackage: boolean },
  { journal, durable, signal }: { journal: Journal; durable: Durable; signal: AbortSignal },
): Promise<number> {
  let ended = done;
  let barren = 0;
  while (ended < rounds && !signal.aborted) {
    const number = ((await journal.lastRound()) ?? -1) + 1;
    const end = await toItsEnd("round", `round:${number}`, number, durable).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (end === undefined) break; // cut off: it goes on at the next start
    const { tasks } = end as RoundEnd;
    // a round without tasks asked nobody: it does not count
    if (tasks > 0) ended += 1;
    barren = tasks === 0 ? barren + 1 : 0;
    if (barren >= (onePackage ? BARREN.one : BARREN.list))
      throw new TaoceptionError("barren", `${barren} rounds in a row gave no tasks`, {
        mend: onePackage
          ? "the events above tell why; try another package"
          : "`taoception doctor` tells what this machine lacks",
      });
  }
  return ended;
}

/**
 * All that a validator does once it is served: what was left unfinished, its rounds, and the beats beside them, or
 * one at the end where the rounds are counted. Resolves to the rounds that ended, when the signal aborts too;
 * durable work is closed and no beat runs any more, however this ends.
 */
export async function work(
  { netuid, rounds, onePackage }: { netuid: number; rounds?: number; onePackage: boolean },
  world: {
    chain: Pick<Chain, "head" | "hyperparameters" | "untilEpoch" | "metagraph">;
    durable: Durable & AsyncDisposable;
    journal: Journal;
    clock: Clock;
    logger: Logger;
    signal: AbortSignal;
  },
): Promise<number> {
  const over = new AbortController();
  const beating = { ...world, signal: AbortSignal.any([world.signal, over.signal]) };
  const beats = rounds === undefined ? keepBeat(netuid, beating) : undefined;
  try {
    const done = await finishEarlier(world.durable);
    const limit = rounds ?? Number.POSITIVE_INFINITY;
    const ended = await runRounds({ rounds: limit, done, onePackage }, world);
    if (rounds !== undefined)
      await lastBeat(netuid, world).catch((error: unknown) => {
        if (!world.signal.aborted) throw error;
      });
    return ended;
  } finally {
    over.abort();
    await world.durable[Symbol.asyncDispose](); // a beat that waits for its workflow is cut off with it
    await beats;
  }
}

/** One weights beat for the coming epoch. Null while no round has ended. */
async function runBeat(
  netuid: number,
  { chain, durable }: { chain: Pick<Chain, "head">; durable: Durable },
): Promise<{ epoch: number; block: number } | null> {
  const { epoch } = await chain.head(netuid);
  const number = epoch.index + 1;
  const block = (await toItsEnd("beat", `beat:${netuid}:${number}`, number, durable)) as number | null;
  return block === null ? null : { epoch: number, block };
}

const LOOK_MS = 500;
/** The share of a tempo before an epoch in which weights are set: late, so that they know the newest rounds. */
const LATE = 0.3;

/** A beat before each epoch, and the epoch's outcome after it, until the signal aborts. */
async function keepBeat(
  netuid: number,
  world: {
    chain: Pick<Chain, "head" | "hyperparameters" | "untilEpoch" | "metagraph">;
    durable: Durable;
    journal: Journal;
    clock: Clock;
    logger: Logger;
    signal: AbortSignal;
  },
): Promise<void> {
  const { chain, journal, clock, logger, signal } = world;
  while (!signal.aborted) {
    try {
      const { tempo } = await chain.hyperparameters(netuid);
      const { number, epoch } = await chain.head(netuid);
      if (number < epoch.block + tempo * (1 - LATE)) {
        await clock.sleep(LOOK_MS, signal);
        continue;
      }
      const set = await runBeat(netuid, world);
      const graph = await chain.untilEpoch(netuid, epoch.index + 1, { signal });
      if (set !== null || (await journal.find(keys.weights(epoch.index)))) await recordEpoch(graph, journal);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ error }, "a weights beat failed; the next one comes");
      await clock.sleep(5_000, signal).catch(() => {});
    }
  }
}

/** The last beat of a counted run: weights on the chain, then an epoch that has seen them. */
async function lastBeat(
  netuid: number,
  world: {
    chain: Pick<Chain, "head" | "hyperparameters" | "untilEpoch">;
    durable: Durable;
    journal: Journal;
    signal: AbortSignal;
  },
): Promise<void> {
  const { chain, journal, signal } = world;
  for (;;) {
    const set = await runBeat(netuid, world);
    if (set === null) return;
    const graph = await chain.untilEpoch(netuid, await firstThatSees(set, netuid, chain), { signal });
    // a block begins with its epoch: one of the weights' own block has not seen them either
    if (graph.epoch.block <= set.block) continue; // the epoch came before the weights did: once more
    await recordEpoch(graph, journal);
    return;
  }
}

/** The epoch that counts weights: the coming one, or with a timelock the one after their reveal epoch has begun. */
async function firstThatSees(
  set: { epoch: number; block: number },
  netuid: number,
  chain: Pick<Chain, "head" | "hyperparameters">,
): Promise<number> {
  const { commitRevealEnabled, revealPeriodEpochs } = await chain.hyperparameters(netuid);
  if (!commitRevealEnabled) return set.epoch;
  const { epoch } = await chain.head();
  const committedIn = epoch.block > set.block ? epoch.index - 1 : epoch.index;
  return committedIn + revealPeriodEpochs + 1;
}
