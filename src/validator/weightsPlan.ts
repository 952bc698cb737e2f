import type { Chain } from "../bittensor/index.ts";
import { endedWindow, weigh } from "./beat.ts";
import type { Journal } from "./journal.ts";
import { minersOf } from "./neurons.ts";
import { rowFor } from "./sendWeights.ts";

/** What the next beat would set, beside what stands on the chain. Weights are u16, the largest of a row 65535. */
export interface WeightsPlan {
  netuid: number;
  /** The validator. */
  hotkey: string;
  /** The block that the chain was read at. */
  block: number;
  /** The rounds whose scores count: first and last number; null while none has ended. */
  window: { first: number; last: number } | null;
  /** How the subnet asks for weights. */
  way: "open" | "timelocked";
  /** Blocks until the rate limit allows weights; 0: at once. */
  waitBlocks: number;
  /** Every uid that has weight now or would have it; `next` is null for all where nothing would be sent. */
  rows: { uid: number; hotkey: string; now: number; next: number | null; difference: number | null }[];
}

/** Tell what a beat would do at this moment. Reads only. Null when the record names no validator. */
export async function planWeights(
  { burn = false }: { burn?: boolean },
  {
    journal,
    chain,
  }: {
    journal: Pick<Journal, "events" | "find" | "lastRound">;
    chain: Pick<Chain, "metagraph" | "hyperparameters" | "weights">;
  },
): Promise<WeightsPlan | null> {
  const ready = (await journal.events({ types: ["ready"], limit: 100_000 })).at(-1);
  if (ready?.type !== "ready") return null;
  const { netuid, hotkey } = ready;
  const [rules, graph, standing] = [
    await chain.hyperparameters(netuid),
    await chain.metagraph(netuid),
    await chain.weights(netuid),
  ];
  const window = await endedWindow(journal);
  const scored = window === null ? [] : await weigh(window, minersOf(graph, hotkey), journal);
  const planned = window === null ? null : rowFor(scored, rules, graph, { burn });
  const own = graph.neurons.find((neuron) => neuron.hotkey === hotkey);
  const now = new Map(standing.find(({ uid }) => uid === own?.uid)?.weights ?? []);
  const next = new Map(planned?.uids.map((uid, at) => [uid, planned.weights[at] ?? 0]) ?? []);
  const names = new Map(graph.neurons.map((neuron) => [neuron.uid, neuron.hotkey]));
  const last = own?.lastUpdate ?? 0;
  return {
    ...{ netuid, hotkey, block: graph.block, window },
    way: rules.commitRevealEnabled ? "timelocked" : "open",
    waitBlocks: last === 0 ? 0 : Math.max(0, last + rules.weightsSetRateLimit - graph.block),
    rows: [...new Set([...now.keys(), ...next.keys()])]
      .sort((a, b) => a - b)
      .map((uid) => {
        const before = now.get(uid) ?? 0;
        const after = planned === null ? null : (next.get(uid) ?? 0);
        return {
          ...{ uid, hotkey: names.get(uid) ?? "", now: before, next: after },
          difference: after === null ? null : after - before,
        };
      }),
  };
}
