import fc from "fast-check";
import { expect, test } from "vitest";
import { type EpochInput, epoch } from "./index.ts";

const u16 = fc.integer({ min: 0, max: 65_535 });

/** A subnet of 1 to 10 neurons; their shares of the stake differ, since of equal ones the lower uid gives way. */
const subnet = fc.integer({ min: 1, max: 10 }).chain((n) => {
  const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: n, maxLength: n });
  const row = each(fc.option(u16, { nil: null })).map((values) =>
    values.flatMap((value, j) => (value === null ? [] : [[j, value] as const])),
  );
  return fc.record({
    stake: fc
      .uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: n, maxLength: n })
      .map((parts) => parts.map((part) => BigInt(part) * 1_000_000_000n)),
    idle: each(fc.boolean()),
    permits: each(fc.boolean()),
    registered: each(fc.integer({ min: 0, max: 900 })),
    updated: each(fc.integer({ min: 0, max: 1_000 })),
    commits: each(fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: null })),
    weights: each(row),
    bonds: each(row),
    owner: fc.option(fc.nat(n - 1), { nil: null }),
    emission: fc.bigInt({ min: 0n, max: 1n << 60n }),
    kind: fc.constantFrom("yuma2", "yuma3", "liquid"),
    penalty: fc.constantFrom(0, 32_768, 65_535),
    validators: fc.integer({ min: 1, max: 12 }),
  });
});
type Subnet = typeof subnet extends fc.Arbitrary<infer T> ? T : never;

function inputOf(given: Subnet): EpochInput {
  const { kind, penalty, validators, owner, stake, idle, registered, updated, permits, weights, bonds } =
    given;
  return {
    block: 1_000,
    parameters: {
      ...{ kappa: 32_767, bondsPenalty: penalty, bondsMovingAverage: 900_000 },
      ...{ yuma3: kind !== "yuma2", liquidAlpha: kind === "liquid", alphaLow: 45_875, alphaHigh: 58_982 },
      ...{ alphaSigmoidSteepness: 1_000, maxAllowedValidators: validators, activityCutoff: 800 },
      ...{ tempo: 100, stakeThreshold: 1_000n },
    },
    lastEpochBlock: 900,
    ownerUid: owner,
    lastUpdate: updated,
    blockAtRegistration: registered,
    stake: stake.map((rao, uid) => (idle[uid] ? 0n : rao)),
    commitBlocks: given.commits,
    emission: given.emission,
    ...{ permits, weights, bonds },
  };
}

test("never more is shared out than there is, and at most a rao for each share is lost", () => {
  fc.assert(
    fc.property(subnet, (given) => {
      const { emission } = epoch(inputOf(given));
      const shared = emission.combined.reduce((sum, rao) => sum + rao, 0n);
      expect(shared <= given.emission).toBe(true);
      const anybody = emission.combined.some((rao) => rao > 0n);
      // a share is a number of 32 fraction bits: of an emission e it may be short by e / 2^32, and a rao
      const lost = BigInt(2 * given.stake.length) * (1n + (given.emission >> 30n));
      if (anybody) expect(given.emission - shared <= lost).toBe(true);
      for (const [uid, rao] of emission.combined.entries()) {
        const parts = (emission.server[uid] ?? 0n) + (emission.validator[uid] ?? 0n);
        const apart = rao > parts ? rao - parts : parts - rao;
        expect(apart <= 2n + (given.emission >> 30n)).toBe(true); // each is rounded by itself
      }
    }),
    { numRuns: 300 },
  );
});

test("every proportion is a whole u16, whatever rows are empty or zero", () => {
  fc.assert(
    fc.property(subnet, (given) => {
      const found = epoch(
        inputOf({
          ...given,
          weights: given.weights.map((row, i) => (i % 2 ? [] : row.map(([j]) => [j, 0] as const))),
        }),
      );
      for (const vector of [
        found.consensus,
        found.incentive,
        found.dividends,
        found.validatorTrust,
        found.trust,
      ])
        for (const value of vector)
          expect(Number.isInteger(value) && value >= 0 && value <= 65_535).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("who has which uid is of no matter", () => {
  fc.assert(
    fc.property(subnet, fc.infiniteStream(fc.nat()), (given, random) => {
      const n = given.stake.length;
      const order = Array.from({ length: n }, (_, uid) => ({ uid, key: random.next().value as number }))
        .sort((a, b) => a.key - b.key || a.uid - b.uid)
        .map(({ uid }) => uid); // the old uid at each new place
      const place = new Map(order.map((old, now) => [old, now]));
      const moved = <T>(values: readonly T[]) => order.map((old) => values[old] as T);
      const rows = (matrix: Subnet["weights"]) =>
        moved(matrix).map((row) =>
          row.map(([j, value]) => [place.get(j) ?? 0, value] as const).toSorted(([a], [b]) => a - b),
        );
      const before = epoch(inputOf(given));
      const after = epoch(
        inputOf({
          ...given,
          ...{ stake: moved(given.stake), idle: moved(given.idle), permits: moved(given.permits) },
          ...{
            registered: moved(given.registered),
            updated: moved(given.updated),
            commits: moved(given.commits),
          },
          ...{ weights: rows(given.weights), bonds: rows(given.bonds) },
          owner: given.owner === null ? null : (place.get(given.owner) ?? null),
        }),
      );
      for (const vector of [
        "consensus",
        "incentive",
        "dividends",
        "validatorTrust",
        "permits",
        "active",
      ] as const)
        expect([vector, after[vector]]).toEqual([vector, moved<number | boolean>(before[vector])]);
      expect(after.emission.combined).toEqual(moved(before.emission.combined));
    }),
    { numRuns: 300 },
  );
});
