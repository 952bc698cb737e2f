import type { Chain, ChainNeuron, Keypair, Metagraph } from "../bittensor/index.ts";
import { sendWire } from "../bittensor/index.ts";
import type { Clock } from "../platform/index.ts";
import type { Challenge } from "../protocol/index.ts";
import type { ListMiners, SendChallenge } from "./stages/ask.ts";

/** For how long a look at the chain's neurons is good, in milliseconds. */
const FRESH_MS = 3_000;

/** The subnet's neurons, asked of the chain at most every few seconds. */
export function openNeurons(netuid: number, { chain, clock }: { chain: Chain; clock: Clock }) {
  let seen: { at: number; graph: Promise<Metagraph> } | undefined;
  return async (): Promise<Metagraph> => {
    if (seen === undefined || clock.now() - seen.at > FRESH_MS) {
      const graph = chain.metagraph(netuid);
      seen = { at: clock.now(), graph };
      graph.catch(() => {
        seen = undefined;
      });
    }
    return seen.graph;
  };
}

/** Stake from which a neuron counts as a validator, in rao. */
const VALIDATOR_STAKE = 1_000n * 1_000_000_000n;

/** Who mines: registered, and without the stake that makes a validator. */
export function minersOf({ neurons }: Pick<Metagraph, "neurons">, self: string): ChainNeuron[] {
  return neurons.filter(({ hotkey, stake }) => hotkey !== self && BigInt(stake) < VALIDATOR_STAKE);
}

/** The miners that have published where they are served. */
export function listMiners(self: string, neurons: () => Promise<Metagraph>): ListMiners {
  return async () =>
    minersOf(await neurons(), self).flatMap(({ hotkey, axon }) =>
      axon === null ? [] : [{ hotkey, url: `http://${hostOf(axon.host)}:${axon.port}` }],
    );
}

const hostOf = (host: string) => (host.includes(":") ? `[${host}]` : host);

/**
 * Send challenges; the miner's own faults are reasons. Loopback addresses count in a local subnet alone. With `legacy`,
 * miners that speak v10 alone are asked as well.
 */
export function openSender(
  keypair: Keypair,
  { local, legacy, clock, signal }: { local: boolean; legacy: boolean; clock: Clock; signal: AbortSignal },
): SendChallenge {
  return async ({ hotkey, url }, challenge: Challenge) => {
    const sent = await sendWire({
      legacy,
      url: `${url}/challenge`,
      method: "POST",
      body: { json: challenge },
      keypair,
      receiver: hotkey,
      timeoutMs: 10_000,
      maxBytes: 64 * 1024,
      clock,
      signal,
      ...(local ? { allowLoopback: url } : {}),
    });
    if (!sent.ok) return `${sent.reason}: ${sent.detail}`.slice(0, 300);
    if (sent.status === 202) return null;
    return `answered ${sent.status}: ${sent.body.toString("utf8").slice(0, 200)}`;
  };
}
