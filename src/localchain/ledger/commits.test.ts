import { expect, test } from "vitest";
import { applyBlock } from "./apply.ts";
import { dueCommits, firstCommits } from "./commits.ts";
import { accountOf, type Ledger, ledgerHash } from "./ledger.ts";
import {
  chain,
  commits,
  genesis,
  gives,
  key,
  makeBlock,
  miner,
  other,
  publishes,
  registers,
  rich,
  skip,
  stakes,
  subnet,
  TAO,
  validator,
  weighs,
} from "./sampleLedger.ts";

const payload = (hotkey: string, uids: number[], weights: number[], versionKey = 0) => ({
  ...{ hotkey, uids, weights, versionKey },
});
/** Go on to a block, opening nothing. */
function until(ledger: Ledger, number: number): Ledger {
  let at = ledger;
  while (at.block < number) at = skip(at, at.block + 1);
  return at;
}
/** A subnet of tempo 10 after its epoch of block 10, in which uid 0 validates and 1 and 2 mine. */
function sealing(parameters: object = {}): Ledger {
  const start = chain(
    genesis({ tempo: 10, weightsSetRateLimit: 0, commitRevealEnabled: true, ...parameters }),
    [
      [rich, registers(validator)],
      [rich, registers(miner)],
      [rich, registers(other)],
      [rich, stakes(validator, 100n * TAO)],
    ],
  );
  return until(start, 10);
}

test("what was committed in an epoch is revealed in the next one, counts from there, and is set as sealed", () => {
  const committed = chain(sealing(), [[validator, commits()]]);
  expect(committed.neurons[0]?.lastUpdate).toBe(11); // the commit is the update
  expect(committed.commits).toMatchObject([{ id: 0, hotkey: validator, block: 11, epoch: 1, round: 1 }]);
  expect(dueCommits(committed, 12)).toEqual([]);
  const before = until(committed, 19);
  expect(dueCommits(before, 20)).toHaveLength(1); // in the epoch's own block, before the epoch
  expect(() =>
    applyBlock(committed, { number: 12, extrinsics: [], opened: [{ id: 0, payload: null }] }),
  ).toThrow(RangeError);
  const opened = [{ id: 0, payload: payload(validator, [1, 2], [3, 1]) }];
  const early = applyBlock(before, { number: 20, extrinsics: [], opened }).ledger;
  expect(early.neurons[0]).toMatchObject({
    weights: [
      [1, 65_535],
      [2, 21_845],
    ],
    lastUpdate: 11,
  });
  expect(early.commits).toEqual([]);
  expect(early.neurons.map(({ incentive }) => incentive > 0)).toEqual([false, true, true]);
  const late = applyBlock(until(committed, 25), { number: 26, extrinsics: [], opened }).ledger;
  expect(late.neurons[1]?.incentive).toBe(0); // too late for the epoch of block 20
  expect(until(late, 30).neurons[1]?.incentive).toBeGreaterThan(0);
  expect(() => applyBlock(late, { number: 27, extrinsics: [], opened })).toThrow("not due");
  const twice = [...opened, ...opened];
  expect(() => applyBlock(before, { number: 20, extrinsics: [], opened: twice })).toThrow("not due");
});

test("a commit that nobody opened is gone once its reveal epoch is over, and may then be made anew", () => {
  const committed = chain(
    sealing(),
    Array.from({ length: 10 }, () => [validator, commits()] as const),
  );
  expect(until(committed, 29).commits).toHaveLength(10);
  expect(until(committed, 30).commits).toEqual([]);
  expect(makeBlock(until(committed, 19), [[validator, commits()]]).errors).toEqual([null]); // it is the next epoch's
  const slow = chain(sealing({ revealPeriodEpochs: 3 }), [[validator, commits()]]);
  expect(dueCommits(until(slow, 38), 39)).toEqual([]);
  expect(dueCommits(until(slow, 39), 40)).toHaveLength(1);
  expect(until(slow, 49).commits).toHaveLength(1);
  expect(until(slow, 50).commits).toEqual([]);
});

test.each([
  ["nothing to read", null],
  ["another hotkey's payload", payload(miner, [1], [1])],
  ["a uid that is not there", payload(validator, [7], [1])],
  ["an older version key", payload(validator, [1], [1], 4)],
])("a commit with %s is dropped, and the block goes on", (_, hidden) => {
  const committed = chain(sealing({ weightsVersionKey: 5 }), [[validator, commits()]]);
  const opened = [{ id: 0, payload: hidden }];
  const { ledger } = applyBlock(until(committed, 19), { number: 20, extrinsics: [], opened });
  expect(ledger.neurons[0]?.weights).toEqual([]);
  expect(ledger.commits).toEqual([]);
});

test("who has no permit when it is revealed sets nothing, who was evicted neither", () => {
  const committed = chain(sealing({ maxAllowedUids: 3, immunityPeriod: 0 }), [
    [miner, commits()],
    [other, commits()],
  ]);
  const evicting = chain(committed, [[rich, registers(key("Fresh"))]]);
  const gone = evicting.neurons.map(({ hotkey }) => hotkey);
  expect(gone).not.toContain(miner);
  expect(firstCommits(evicting)).toEqual([null, null, 11]);
  const opened = [
    { id: 0, payload: payload(miner, [0], [1]) },
    { id: 1, payload: payload(other, [0], [1]) },
  ];
  const { ledger } = applyBlock(until(evicting, 19), { number: 20, extrinsics: [], opened });
  expect(ledger.neurons.map(({ weights }) => weights)).toEqual([[], [], []]);
});

test("weights say nothing of who registered after the oldest commit that is still sealed", () => {
  const fresh = key("Fresh");
  const parameters = { maxAllowedUids: 4, revealPeriodEpochs: 2 };
  const committed = chain(
    sealing(parameters),
    [[validator, commits()]],
    [[rich, registers(fresh)]],
    [[validator, commits()]],
  );
  const opened = [{ id: 0, payload: payload(validator, [1, 3], [1, 1]) }];
  const { ledger } = applyBlock(until(committed, 29), { number: 30, extrinsics: [], opened });
  // the second commit, made after the registration, is the oldest one left: the new neuron counts
  expect(ledger.neurons.map(({ incentive }) => incentive > 0)).toEqual([false, true, false, true]);
  const third = chain(until(committed, 20), [[validator, commits()]]);
  const masked = until(
    applyBlock(until(third, 29), {
      ...{ number: 30, extrinsics: [] },
      opened: [{ id: 1, payload: payload(validator, [1, 3], [1, 1]) }],
    }).ledger,
    30,
  );
  // the first one of block 11 waits for its pulse: it was made before that neuron was there
  expect(masked.neurons.map(({ incentive }) => incentive > 0)).toEqual([false, true, false, false]);
});

test("a transfer moves exactly its amount, to oneself nothing, and nothing at all is nothing", () => {
  const start = genesis();
  const had = accountOf(start, rich).balance;
  const given = chain(
    start,
    [[rich, gives(miner, 500n)]],
    [[rich, gives(rich, 7n)]],
    [[rich, gives(other, 0n)]],
  );
  expect([accountOf(given, rich).balance, accountOf(given, miner).balance]).toEqual([had - 500n, 500n]);
  expect(given.accounts[other]).toBeUndefined();
});

test("a hotkey publishes one thing at a time, so many bytes in an epoch, and anew in the next", () => {
  const six = chain(
    sealing(),
    Array.from({ length: 6 }, () => [miner, publishes(512)] as const),
  );
  expect(six.commitments[miner]).toMatchObject({ block: 11, used: 3_072 });
  expect(makeBlock(six, [[miner, publishes(1)]]).errors).toEqual(["SpaceLimitExceeded"]);
  expect(makeBlock(six, [[other, publishes(1)]]).errors).toEqual([null]);
  const next = chain(until(six, 20), [[miner, publishes(1)]]);
  expect(next.commitments[miner]).toMatchObject({ block: 21, used: 100, fields: [{ value: "ab" }] });
});

test("a ledger that uses none of this has the hash that it had before there was any of it", () => {
  const ledger = chain(subnet(), [[validator, weighs([1, 2], [3, 1])]]);
  const before = "d5bcbb11dd3f1ab5a0a315f262beb1e9e1f19dd28363bdcea980730b86a20de5";
  expect(ledgerHash(ledger)).toBe(before);
  expect(ledgerHash(chain(ledger, [[miner, publishes(1)]]))).not.toBe(before);
  const sealed = subnet({ commitRevealEnabled: true });
  expect(ledgerHash(sealed)).not.toBe(ledgerHash(subnet()));
  expect(ledgerHash(chain(sealed, [[validator, commits(4, 1)]]))).not.toBe(
    ledgerHash(chain(sealed, [[validator, commits(4, 2)]])),
  );
});
