import { z } from "zod";
import type { Keypair, Metagraph } from "../bittensor/index.ts";
import { type Clock, TaoceptionError } from "../platform/index.ts";
import { type Hash, type Score, type SentWeights, Weights } from "../protocol/index.ts";
import { weights } from "../scoring/index.ts";
import { type EventOf, eventsOf, type Journal, keys } from "./journal.ts";
import { minersOf } from "./neurons.ts";
import { sendWeights, type WeightsChain } from "./sendWeights.ts";

/** Rounds whose scores count for weights. */
export const WINDOW_ROUNDS = 20;

/** What `weigh` hands to `commit`: the weights, the block that they were weighed at, and whether they are to be set. */
const Weighed = Weights.extend({
  asOf: z.number().int().default(Number.MAX_SAFE_INTEGER),
  earned: z.boolean().default(true),
});
type Weighed = z.infer<typeof Weighed>;

/** What the beat needs of durable work. */
interface Durably {
  step<In extends unknown[], Out>(
    name: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ): Promise<Out>;
}

/** The words of a beat, in their order; each but the first takes what the one before handed on. */
export interface BeatStages {
  window(beat: number): Promise<{ first: number; last: number } | null>;
  weigh(beat: number, window: { first: number; last: number }): Promise<Hash>;
  commit(weighed: Hash): Promise<SentWeights>;
  /** A number alone is the block of weights that an older version of this program has set. */
  confirm(weighed: Hash, sent: SentWeights | number): Promise<number>;
}

/**
 * The weights beat before an epoch: which rounds count, what they weigh (recorded before anything is done), to the
 * chain, and what the chain then says. Resolves to the block that holds the weights; null while no round has ended.
 */
export async function beat(number: number, { step }: Durably, stage: BeatStages): Promise<number | null> {
  const window = await step("window", stage.window, number);
  if (window === null) return null;
  const weighed = await step("weigh", stage.weigh, number, window);
  const sent = await step("commit", stage.commit, weighed);
  return step("confirm", stage.confirm, weighed, sent);
}

/**
 * Give the beat its world. With `burn`, all weight goes to the subnet owner's uid while nobody has earned anything: what
 * that uid earns as a miner, the chain burns. Where `earns` is false nobody earns anything: the rows are recorded alone.
 */
export function openBeat(
  {
    netuid,
    keypair,
    burn = false,
    earns = true,
  }: { netuid: number; keypair: Keypair; burn?: boolean | undefined; earns?: boolean },
  { journal, chain, clock }: { journal: Journal; chain: WeightsChain; clock: Clock },
): BeatStages {
  return {
    window: () => endedWindow(journal),
    async weigh(number, window) {
      const graph = await chain.metagraph(netuid);
      const rows = await weigh(window, minersOf(graph, keypair.address), journal);
      return journal.putDocument("weights", {
        ...{ beat: number, window, rows, asOf: graph.block, earned: earns },
      } satisfies Weighed);
    },
    async commit(weighed) {
      const { rows, asOf, earned } = Weighed.parse(await journal.getDocument(weighed));
      const counted = earned ? rows : rows.map((row) => ({ ...row, weight: 0 }));
      return sendWeights({ rows: counted, asOf }, { netuid, keypair, burn }, { journal, chain, clock });
    },
    async confirm(weighed, sent) {
      const { block, way, revealRound } =
        typeof sent === "number" ? ({ block: sent, way: "open", revealRound: null } as const) : sent;
      const { asOf: _, ...recorded } = Weighed.parse(await journal.getDocument(weighed));
      if (way !== "none") {
        const graph = await chain.metagraph(netuid);
        const own = graph.neurons.find(({ hotkey }) => hotkey === keypair.address);
        if (own === undefined || own.lastUpdate < block)
          throw new TaoceptionError("weights-lost", "the chain does not show the weights that it took", {
            retryable: true,
          });
      }
      await journal.append(
        { type: "weights", ...recorded, mode: "wire", block, way, revealRound },
        { key: keys.weights(recorded.beat) },
      );
      return block;
    },
  };
}

/** Weights of the miners from the scores of a window, in the order of their uids. */
export async function weigh(
  window: { first: number; last: number },
  miners: readonly { hotkey: string; uid: number }[],
  journal: Pick<Journal, "events">,
): Promise<Weights["rows"]> {
  const scores: Pick<Score, "hotkey" | "score">[] = [];
  for (let round = window.first; round <= window.last; round += 1)
    for (const { miner, score } of await eventsOf(journal, "score", round))
      scores.push({ hotkey: miner, score });
  const uids = new Map(miners.map(({ hotkey, uid }) => [hotkey, uid]));
  return weights(scores, [...uids.keys()]).map(({ hotkey, mean, attempts, weight }) => ({
    hotkey,
    uid: uids.get(hotkey) ?? 0,
    mean,
    attempts,
    weight,
  }));
}

/** The rounds that count, up to the last one that came to its end; null while none has. */
export async function endedWindow(
  journal: Pick<Journal, "lastRound" | "find">,
): Promise<{ first: number; last: number } | null> {
  for (let last = (await journal.lastRound()) ?? -1; last >= 0; last -= 1)
    if (await journal.find(keys.cerebro(last))) return { first: Math.max(0, last - WINDOW_ROUNDS + 1), last };
  return null;
}

/** Record an epoch as the chain tells it, once. */
export async function recordEpoch(
  { epoch, neurons }: Metagraph,
  journal: Pick<Journal, "append">,
): Promise<EventOf<"epoch"> | null> {
  const { event } = await journal.append(
    {
      type: "epoch",
      ...epoch,
      neurons: neurons.map(({ uid, hotkey, incentive, dividends, emission }) => ({
        uid,
        hotkey,
        incentive,
        dividends,
        emission,
      })),
    },
    { key: keys.epoch(epoch.index) },
  );
  return event.type === "epoch" ? event : null;
}
