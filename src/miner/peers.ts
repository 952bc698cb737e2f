import type { Metagraph } from "../bittensor/index.ts";
import type { Clock } from "../platform/index.ts";

/** The validators that a miner works for, as the chain lists them. */
export interface Peers {
  /** Whether this hotkey may send challenges: nothing is done for any other. */
  admits(hotkey: string): Promise<boolean>;
  /** Where the chain says that this validator serves (`http://host:port`), or null; `now` looks again. */
  originOf(hotkey: string, when?: "now"): Promise<string | null>;
}

/** How long a reading of the metagraph is taken for true, and how long it is still used when the chain is away. */
const FRESH_MS = 3_000;
const NOW_MS = 300;
const STALE_MS = 120_000;

/**
 * Who may ask: neurons with at least `minStake` rao, and with a `permit` where that is needed: on a local subnet the
 * stake is enough, because the first permits come with the first epoch. A chain that cannot be read admits nobody.
 */
export function openPeers(
  { minStake, permit }: { minStake: bigint; permit: boolean },
  { metagraph, clock }: { metagraph: () => Promise<Metagraph>; clock: Clock },
): Peers {
  let known: { at: number; neurons: Metagraph["neurons"] } | undefined;
  let asking: Promise<Metagraph["neurons"]> | undefined;

  /** One question to the chain at a time, whoever waits for it. */
  async function ask(): Promise<Metagraph["neurons"]> {
    try {
      const { neurons } = await metagraph();
      known = { at: clock.now(), neurons };
      return neurons;
    } catch (error) {
      if (known && clock.now() - known.at < STALE_MS) return known.neurons;
      throw error;
    } finally {
      asking = undefined;
    }
  }

  async function find(hotkey: string, freshMs = FRESH_MS) {
    if (!known || clock.now() - known.at > freshMs) asking ??= ask();
    const neurons = asking ? await asking : (known?.neurons ?? []);
    return neurons.find((neuron) => neuron.hotkey === hotkey);
  }

  return {
    admits: async (hotkey) => {
      const neuron = await find(hotkey);
      return neuron !== undefined && (neuron.permit || !permit) && BigInt(neuron.stake) >= minStake;
    },
    originOf: async (hotkey, when) => {
      const axon = (await find(hotkey, when === "now" ? NOW_MS : FRESH_MS))?.axon;
      if (!axon) return null;
      return new URL(`http://${axon.host.includes(":") ? `[${axon.host}]` : axon.host}:${axon.port}`).origin;
    },
  };
}
