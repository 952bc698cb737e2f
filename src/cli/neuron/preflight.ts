import { type Keypair, openChain, registeredIn } from "../../bittensor/index.ts";
import { TaoceptionError } from "../../platform/index.ts";

const REACH_MS = 5_000;

/**
 * Look before a person waits: is there a chain, has it this subnet, and has the hotkey a uid there? TaoceptionError
 * `chain-unreachable`, `no-subnet` or `not-registered`, each with what to do.
 */
export async function preflight(
  { chain: url, netuid, keypair }: { chain: string; netuid: number; keypair: Keypair },
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  try {
    if (/^https?:/.test(url)) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)]);
      await fetch(url, { signal: limit, redirect: "error" }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
          cause,
          mend: "is the address right? `taoception up` runs a local subnet and tells its chain's",
        });
      });
    }
    const graph = await openChain({ url, netuid, signal: until })
      .metagraph(netuid)
      .catch((cause: unknown) => {
        signal.throwIfAborted();
        const none = cause instanceof TaoceptionError && cause.cause === "SubnetNotExists";
        if (!none) throw cause;
        throw new TaoceptionError("no-subnet", `the chain at ${url} has no subnet ${netuid}`, {
          mend: "correct --netuid, or the network",
        });
      });
    registeredIn(graph, keypair.address);
  } finally {
    over.abort();
  }
}
