import { testClock } from "../platform/index.ts";
import { openBeat } from "./beat.ts";
import type { Journal } from "./journal.ts";

/** A chain of four neurons, at block 5, and a beat of the last one. */
export function sampleBeat(
  journal: Journal,
  sent: unknown[],
  { burn = false, lastUpdate = 3, rateLimit = 0, earns = true } = {},
) {
  const others = ["alice", "bob", "carol"].map((hotkey, uid) => ({ hotkey, uid, stake: "0", lastUpdate: 0 }));
  const own = { hotkey: "me", uid: 9, stake: "5000000000000", lastUpdate };
  const chain = {
    metagraph: async () => ({ block: 5, ownerHotkey: "me", neurons: [...others, own] }),
    hyperparameters: async () => ({
      ...{
        weightsVersionKey: 0,
        weightsSetRateLimit: rateLimit,
        minAllowedWeights: 0,
        maxWeightsLimit: 65_535,
      },
    }),
    setWeights: async (call: unknown) => {
      sent.push(call);
      own.lastUpdate = 7;
      return { block: 7 };
    },
  };
  const clock = testClock();
  const keypair = { address: "me" };
  const stages = openBeat(
    { netuid: 1, keypair, burn, earns } as Parameters<typeof openBeat>[0],
    { journal, chain, clock } as unknown as Parameters<typeof openBeat>[1],
  );
  const step = async <In extends unknown[], Out>(
    _: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ) => run(...input);
  return { stages, step, own };
}
