import {
  type Chain,
  type ChainNeuron,
  chainWeights,
  type Hyperparameters,
  type Keypair,
  type Metagraph,
  sealWeights,
} from "../bittensor/index.ts";
import { type Clock, TaoceptionError } from "../platform/index.ts";
import { type Hash, hashBytes, type SentWeights, type Weights } from "../protocol/index.ts";
import type { Journal } from "./journal.ts";

/** How long a block may take until what was sent earlier counts as lost, and how often it is looked for. */
const BLOCK_MS = { most: 60_000, look: 250 };

/** What sending weights asks of a chain. */
export type WeightsChain = Pick<
  Chain,
  "metagraph" | "setWeights" | "commitTimelocked" | "commitTerms" | "head" | "hyperparameters"
>;

/** Scored rows as the chain takes them; with `burn`, all to the owner's uid where nobody earned. Null: nothing to set. */
export function rowFor(
  rows: Weights["rows"],
  rules: Hyperparameters,
  { neurons, ownerHotkey }: Pick<Metagraph, "neurons" | "ownerHotkey">,
  { burn }: { burn: boolean },
): { uids: number[]; weights: number[] } | null {
  const row = chainWeights(rows, rules);
  if (row !== null || !burn) return row;
  const owner = neurons.find(({ hotkey }) => hotkey === ownerHotkey);
  return owner ? { uids: [owner.uid], weights: [65_535] } : null;
}

/**
 * Bring weights to the chain in the way that the subnet asks for: openly, or sealed until the reveal epoch. What is
 * sealed is recorded first (document `sealed`). Repeated after a crash it sends nothing that the chain already has.
 * TaoceptionError `too-soon` (retryable) within the rate limit.
 */
export async function sendWeights(
  { rows, asOf }: { rows: Weights["rows"]; asOf: number },
  { netuid, keypair, burn }: { netuid: number; keypair: Keypair; burn: boolean },
  { journal, chain, clock }: { journal: Pick<Journal, "putDocument">; chain: WeightsChain; clock: Clock },
): Promise<SentWeights> {
  const rules = await chain.hyperparameters(netuid);
  const graph = await settled(asOf, netuid, { chain, clock });
  const row = rowFor(rows, rules, graph, { burn });
  if (row === null) return { block: graph.block, way: "none", revealRound: null }; // the chain takes no row of zeros
  const own = graph.neurons.find(({ hotkey }) => hotkey === keypair.address);
  const way = rules.commitRevealEnabled ? "timelocked" : "open";
  if (own && own.lastUpdate > asOf) return { block: own.lastUpdate, way, revealRound: null }; // done before
  notTooSoon(graph.block, own, rules);
  const versionKey = rules.weightsVersionKey;
  if (way === "open") {
    const { block } = await chain.setWeights({ netuid, ...row, versionKey }, keypair);
    return { block, way, revealRound: null };
  }
  const payload = { hotkey: keypair.address, ...row, versionKey };
  const sealed = sealWeights(payload, await chain.commitTerms(netuid), { clock });
  await journal.putDocument("sealed", {
    ...payload,
    ...{ asOf, revealRound: sealed.revealRound, commit: hashBytes(sealed.commit) satisfies Hash },
  });
  const { block } = await chain.commitTimelocked({ netuid, ...sealed }, keypair);
  return { block, way, revealRound: sealed.revealRound };
}

/**
 * The metagraph, once whatever this validator sent before a crash must be in it. Blocks have come since the weights were
 * weighed? Then they may have been sent by a process that died, and one block later the chain shows it.
 */
async function settled(
  asOf: number,
  netuid: number,
  { chain, clock }: { chain: Pick<Chain, "metagraph">; clock: Clock },
): Promise<Metagraph> {
  const first = await chain.metagraph(netuid);
  if (first.block <= asOf) return first;
  const deadline = clock.now() + BLOCK_MS.most;
  for (;;) {
    const graph = await chain.metagraph(netuid);
    if (graph.block > first.block) return graph;
    if (clock.now() > deadline)
      throw new TaoceptionError("chain-slow", `no block came in ${BLOCK_MS.most} ms`, { retryable: true });
    await clock.sleep(BLOCK_MS.look);
  }
}

function notTooSoon(block: number, own: ChainNeuron | undefined, rules: Hyperparameters): void {
  const since = block - (own?.lastUpdate ?? 0);
  if (own === undefined || own.lastUpdate === 0 || since >= rules.weightsSetRateLimit) return;
  throw new TaoceptionError(
    "too-soon",
    `weights were set ${since} blocks ago, and may be every ${rules.weightsSetRateLimit}`,
    { retryable: true },
  );
}
