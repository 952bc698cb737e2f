import type { Chain, ChainOptions } from "./chain/chain.ts";
import { openEmbedded } from "./chain/openEmbedded.ts";

/** All that a chain can be asked; named here so that one can be asked before its client is loaded. */
const ASKED = [
  "head",
  "metagraph",
  "hyperparameters",
  "account",
  "weights",
  "commitTerms",
  "commitment",
  "transfer",
  "register",
  "addStake",
  "removeStake",
  "serveAxon",
  "setWeights",
  "commitTimelocked",
  "setCommitment",
  "triggerEpoch",
  "untilEpoch",
] as const satisfies readonly (keyof Chain)[];
/** An error of types if a method is not named above. */
type All = Exclude<keyof Chain, (typeof ASKED)[number]> extends never ? Chain : never;

/**
 * A client of the chain at an address: over http the embedded chain, over ws or wss any node of Bittensor, whose client
 * (metadata, codecs) is loaded only then.
 */
export function openChain(options: ChainOptions): Chain {
  if (!/^wss?:/i.test(options.url)) return openEmbedded(options);
  let loading: Promise<Chain> | undefined;
  const load = () => {
    loading ??= import("./substrate/openSubstrate.ts").then(({ openSubstrate }) => openSubstrate(options));
    return loading;
  };
  const asks = ASKED.map((name) => [
    name,
    async (...given: unknown[]) => ((await load())[name] as (...given: unknown[]) => unknown)(...given),
  ]);
  return Object.fromEntries(asks) as All;
}
