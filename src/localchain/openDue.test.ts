import { expect, test } from "vitest";
import { beaconKey, encodeWeights, seal } from "../bittensor/index.ts";
import { chain, miner, other, skip, subnet, validator } from "./ledger/sampleLedger.ts";
import { openDue } from "./openDue.ts";

const key = beaconKey(Buffer.alloc(48, 3));
const commits = (hotkey: string, revealRound: number) =>
  [
    hotkey,
    {
      ...{ call: "commit_timelocked_weights" as const, netuid: 1, revealRound, version: 4 },
      commit: Buffer.from(
        seal(encodeWeights({ hotkey, uids: [revealRound], weights: [1], versionKey: 0 }), revealRound, key),
      ).toString("hex"),
    },
  ] as const;

test("a block opens a few, validators first, and asks for no more pulses than that", () => {
  const rounds = [1, 2, 3, 4, 5];
  const committed = chain(
    subnet({ commitRevealEnabled: true, tempo: 50 }),
    rounds.map((round) => commits(miner, round)),
    rounds.map((round) => commits(other, round)),
    [commits(validator, 9), commits(validator, 100), commits(validator, 0)],
  );
  let ledger = committed;
  while (openDue(ledger, ledger.block + 1, { latest: () => 50, pulse: key.pulse }).opened.length === 0)
    ledger = skip(ledger, ledger.block + 1);
  const asked: number[] = [];
  const beacon = {
    latest: () => 50,
    pulse: (round: number) => {
      asked.push(round);
      return round < 1 ? null : key.pulse(round);
    },
  };
  const { opened, pulses } = openDue(ledger, ledger.block + 1, beacon);
  expect(opened.map(({ id }) => id)).toEqual([10, 12, 0, 1, 2, 3, 4, 5]); // 11 waits for round 100
  expect(opened.map(({ payload }) => payload?.uids)).toEqual([[9], undefined, [1], [2], [3], [4], [5], [1]]);
  expect(asked).toEqual([9, 0, 1, 2, 3, 4, 5]); // round 1 once for both
  expect(pulses.map(({ round }) => round)).toEqual([9, 1, 2, 3, 4, 5]);
});
