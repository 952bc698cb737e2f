import { expect, test } from "vitest";
import { shareEmission, splitEmission } from "./emission.ts";
import { ONE } from "./fixed.ts";
import { runCase } from "./runCase.ts";

const quarter = ONE / 4n;
const third = ONE / 3n;
const none = [0n, 0n, 0n];

test("the owner gets 11796 parts of 65535, the rest is halved, an odd rao goes to validators", () => {
  expect(splitEmission(1_000_000_000n)).toEqual({
    owner: 179_995_422n,
    miners: 410_002_289n,
    validators: 410_002_289n,
  });
  expect(splitEmission(65_535n)).toEqual({ owner: 11_796n, miners: 26_869n, validators: 26_870n });
  expect(splitEmission(0n)).toEqual({ owner: 0n, miners: 0n, validators: 0n });
});

test("half goes by incentive, half by dividends", () => {
  expect(
    shareEmission(1_000n, {
      incentive: [0n, 3n * quarter, quarter],
      dividends: [ONE, 0n, 0n],
      activeStake: [ONE, 0n, 0n],
      stake: [ONE, 0n, 0n],
    }),
  ).toEqual({ server: [0n, 375n, 125n], validator: [500n, 0n, 0n], combined: [500n, 375n, 125n] });
});

test("one uid may earn as both, and each share is rounded down by itself", () => {
  // thirds are a 2^-32 short, so that the sum of both is 2^33 - 1 and a third of it a little more than a sixth
  expect(
    shareEmission(1_000_000_000n, {
      incentive: [third, third, third],
      dividends: [ONE, 0n, 0n],
      activeStake: [ONE, 0n, 0n],
      stake: [ONE, 0n, 0n],
    }),
  ).toEqual({
    server: [166_666_666n, 166_666_666n, 166_666_666n],
    validator: [500_000_000n, 0n, 0n],
    combined: [666_666_666n, 166_666_666n, 166_666_666n],
  });
});

test("without incentive and dividends all goes to validators by active stake, else by stake, else to nobody", () => {
  const zero = { incentive: none, dividends: none };
  const stake = [quarter, quarter, ONE / 2n];
  const given = (activeStake: bigint[], held: bigint[]) =>
    shareEmission(100n, { ...zero, activeStake, stake: held });
  expect(given([0n, ONE, 0n], stake)).toEqual({
    server: none,
    validator: [0n, 100n, 0n],
    combined: [0n, 100n, 0n],
  });
  expect(given(none, stake).validator).toEqual([25n, 25n, 50n]);
  expect(given(none, none).validator).toEqual(none);
});

test("a case's emission is shared by what the epoch found; beyond 2^53 it is told as text", () => {
  const emissionOf = (emission: number | string) =>
    runCase({
      params: {
        ...{ n: 3, kappa: 32_767, bondsPenalty: 65_535, bondsMovingAverage: 900_000, tempo: 10 },
        ...{ yuma3: false, liquidAlpha: false, alphaLow: 45_875, alphaHigh: 58_982 },
        ...{ alphaSigmoidSteepness: 1_000, maxAllowedValidators: 1, activityCutoff: 5_000 },
        ...{ stakeThreshold: 0, commitReveal: false },
      },
      blockAtRegistration: [1, 1, 1],
      epochs: [
        {
          ...{ block: 19, lastUpdate: 8, stake: [1_000, 0, 0], permitsIn: [true, false, false], emission },
          ...{
            weights: [
              [
                [1, 65_535],
                [2, 21_845],
              ],
              [],
              [],
            ],
            bondsIn: [[], [], []],
          },
        },
      ],
    }).epochs[0]?.out.emission;
  expect(emissionOf(1_000_000)).toEqual([500_000, 375_000, 125_000]);
  expect(emissionOf((1n << 60n).toString())).toEqual([
    (1n << 59n).toString(),
    ((3n << 60n) / 8n).toString(),
    ((1n << 60n) / 8n).toString(),
  ]);
  expect(emissionOf(0)).toEqual([0, 0, 0]);
});
