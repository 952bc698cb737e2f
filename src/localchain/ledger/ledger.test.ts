import { expect, test } from "vitest";
import type { Call } from "../../bittensor/index.ts";
import { applyBlock, applyCall } from "./apply.ts";
import { burnPrice } from "./burn.ts";
import { type Ledger, ledgerHash, stakeOf } from "./ledger.ts";
import { nextEpoch } from "./nextEpoch.ts";
import {
  chain,
  epoch,
  genesis,
  key,
  makeBlock,
  miner,
  other,
  owner,
  ownerHotkey,
  poor,
  registers,
  rich,
  serves,
  skip,
  stakes,
  subnet,
  TAO,
  unstakes,
  validator,
  weighs,
} from "./sampleLedger.ts";
import { metagraphOf } from "./views.ts";

const plain = genesis();
const three = subnet();
const everything = (ledger: Ledger): bigint =>
  ledger.carried +
  Object.values(ledger.accounts).reduce((sum, { balance }) => sum + balance, 0n) +
  Object.keys(ledger.stakes).reduce((sum, hotkey) => sum + stakeOf(ledger, hotkey), 0n);

test("a hotkey belongs to the coldkey that registered it first, even when it was evicted", () => {
  const evicted = chain(
    genesis({ maxAllowedUids: 1, tempo: 0 }),
    [[rich, registers(miner)]],
    [[rich, registers(other)]],
  );
  expect(metagraphOf(evicted).neurons.map(({ hotkey }) => hotkey)).toEqual([other]);
  const thief = { ...evicted, accounts: { ...evicted.accounts, [poor]: { balance: TAO, nonce: 0 } } };
  expect(makeBlock(thief, [[poor, registers(miner)]]).errors).toEqual(["NonAssociatedColdKey"]);
  expect(makeBlock(thief, [[rich, registers(miner)]]).errors).toEqual([null]);
});

test("weights to oneself need no permit, nor do the owner's", () => {
  chain(three, [[miner, weighs([1], [7])]]);
  chain(three, [[rich, registers(ownerHotkey)]], [[ownerHotkey, weighs([1, 2], [1, 1])]]);
});

test("a stake is needed for a permit, and only the largest get one", () => {
  const both: (readonly [string, Call])[] = [
    [rich, stakes(validator, 1n)],
    [rich, stakes(miner, 5n * TAO)],
    [owner, epoch],
  ];
  const permits = (ledger: Ledger) => metagraphOf(ledger).neurons.map(({ permit }) => permit);
  expect(permits(three)).toEqual([true, false, false]);
  expect(permits(chain(subnet({ maxAllowedValidators: 2 }), both, []))).toEqual([true, true, false]);
  expect(permits(chain(subnet({ maxAllowedValidators: 1 }), both, []))).toEqual([true, false, false]);
  expect(permits(skip(three, three.block + 500))).toEqual([true, false, false]);
});

test("an epoch shares the emission by weights; nothing is lost and nothing comes from nowhere", () => {
  const before = chain(three, [
    [validator, weighs([1, 2], [3, 1])],
    [owner, epoch],
  ]);
  const after = chain(before, []);
  const perBlock = BigInt(after.parameters.emissionPerBlock);
  expect(after.epoch).toEqual({ index: 2, block: before.block + 1 });
  const [first, second, third] = metagraphOf(after).neurons;
  expect([first?.dividends, second?.incentive, third?.incentive]).toEqual([65_535, 49_151, 16_383]);
  const blocks = BigInt(after.epoch.block - three.epoch.block);
  expect(everything(after)).toBe(everything(before) + perBlock * blocks);
  const earned = (account: string) =>
    (after.accounts[account]?.balance ?? 0n) - (before.accounts[account]?.balance ?? 0n);
  const pool = perBlock * blocks + three.carried;
  const cut = (pool * 11_796n) / 65_535n;
  expect(earned(owner)).toBe(cut);
  // half of the rest to the miners by 3 : 1, half to the one validator's stake
  expect(earned(rich)).toBe(BigInt(second?.emission ?? 0) + BigInt(third?.emission ?? 0));
  expect(Number(earned(rich)) / Number(pool - cut)).toBeCloseTo(0.5, 4);
  expect(stakeOf(after, validator) - stakeOf(before, validator)).toBe(BigInt(first?.emission ?? 0));
  expect(after.carried).toBeLessThan(5n);
});

test("without any stake the emission waits; with stake and no weights validators get it by stake", () => {
  const waiting = chain(
    genesis({ tempo: 0 }),
    [
      [rich, registers(miner)],
      [owner, epoch],
    ],
    [],
  );
  expect(waiting.epoch.index).toBe(1);
  expect(waiting.carried).toBe(2n * TAO);
  expect(stakeOf(three, validator)).toBeGreaterThan(101n * TAO);
});

test("dividends go to everybody who staked, by share", () => {
  const funded = { ...three, accounts: { ...three.accounts, [poor]: { balance: 1_000n * TAO, nonce: 0 } } };
  const before = chain(funded, [
    [poor, stakes(validator, 300n * TAO)],
    [validator, weighs([1], [1])],
    [owner, epoch],
  ]);
  const after = chain(before, []);
  const gain = (staker: string) =>
    (after.stakes[validator]?.[staker] ?? 0n) - (before.stakes[validator]?.[staker] ?? 0n);
  const total = gain(poor) + gain(rich);
  expect(total).toBe(BigInt(metagraphOf(after).neurons[0]?.emission ?? 0));
  expect(Number(gain(poor)) / Number(total)).toBeCloseTo(300 / Number(stakeOf(before, validator) / TAO), 2);
});

test("what the owner's hotkey earns as a miner is burned", () => {
  const before = chain(
    three,
    [[rich, registers(ownerHotkey)]],
    [
      [validator, weighs([3], [1])],
      [owner, epoch],
    ],
  );
  const after = chain(before, []);
  const burned = BigInt(metagraphOf(after).neurons[3]?.emission ?? 0);
  expect(burned).toBeGreaterThan(TAO / 2n);
  const blocks = BigInt(after.epoch.block - three.epoch.block);
  expect(everything(after)).toBe(everything(before) + TAO * blocks - burned);
  expect(after.accounts[rich]).toEqual(before.accounts[rich]);
});

test("each registration raises the burn by 26 %, time halves it, and it keeps within its bounds", () => {
  const start = genesis({ minBurn: "1000", maxBurn: "2000", burnHalfLife: 10 });
  const first = chain(start, [[rich, registers(miner)]]);
  expect([burnPrice(start, 0), burnPrice(first, 1)]).toEqual([1_000n, 1_260n]);
  const second = chain(first, [[rich, registers(other)]]);
  // one block of decay, then a quarter more: 1260 * 19/20 = 1197, * 1.26 = 1508
  expect(burnPrice(second, 2)).toBe(1_508n);
  expect([7, 12, 100].map((block) => burnPrice(second, block))).toEqual([1_131n, 1_000n, 1_000n]);
  const dear = chain(second, [[rich, registers(validator)]], [[rich, registers(ownerHotkey)]]);
  expect(burnPrice(dear, 4)).toBe(2_000n);
  const paid =
    1_000n + 1_197n + burnPrice(second, 3) + burnPrice(chain(second, [[rich, registers(validator)]]), 4);
  expect(dear.accounts[rich]?.balance).toBe(1_000n * TAO - paid);
});

test("a full subnet evicts who earned least: outside its immunity first, the owner's never", () => {
  const rest = { maxAllowedUids: 3, maxRegistrationsPerBlock: 9 };
  const full = chain(
    subnet({ ...rest, immunityPeriod: 10 }),
    [
      [validator, weighs([1, 2], [1, 2])],
      [owner, epoch],
    ],
    [],
  );
  const newcomer = key("Newcomer");
  const seat = (ledger: Ledger, hotkey: string) =>
    metagraphOf(ledger).neurons.find((neuron) => neuron.hotkey === hotkey)?.uid;
  expect(seat(chain(full, [[rich, registers(newcomer)]]), newcomer)).toBe(1);
  // uid 1 is new now, so that the next one takes the least of the others
  const later = chain(skip(full, 20), [[rich, registers(newcomer)]]);
  expect(seat(chain(later, [[rich, registers(ownerHotkey)]]), ownerHotkey)).toBe(2);
  const taken = chain(later, [[rich, registers(ownerHotkey)]]);
  expect(metagraphOf(taken).neurons[2]).toMatchObject({
    axon: null,
    permit: false,
    emission: "0",
    stake: "0",
  });
  expect(taken.stakes[validator]).toEqual(later.stakes[validator]);
  const lonely = chain(genesis({ maxAllowedUids: 1, tempo: 0 }), [[rich, registers(ownerHotkey)]]);
  expect(makeBlock(lonely, [[rich, registers(miner)]]).errors).toEqual(["NoNeuronIdAvailable"]);
});

test("epochs come by tempo and when the owner asks; none can be left out", () => {
  const start = genesis({ tempo: 5 });
  expect(nextEpoch(start)).toBe(5);
  expect(() => skip(start, 6)).toThrow(/leaves out the epoch of block 5/);
  const once = applyBlock(skip(start, 4), { number: 5, extrinsics: [] });
  expect([once.epoch, once.ledger.epoch, nextEpoch(once.ledger)]).toEqual([true, { index: 1, block: 5 }, 10]);
  const asked = chain(skip(start, 2), [[owner, epoch]]);
  expect(nextEpoch(asked)).toBe(4);
  expect(nextEpoch(chain(asked, []))).toBe(9);
  expect(nextEpoch(genesis({ tempo: 0 }))).toBeNull();
});

test("blocks and nonces must follow, and empty blocks may be left out", () => {
  expect(() => skip(plain, 0)).toThrow(/does not follow/);
  const twice = [{ signer: rich, nonce: 1, call: registers(miner) }];
  expect(() => applyBlock(plain, { number: 1, extrinsics: twice })).toThrow(/nonce 1/);
  let slow = plain;
  for (let number = 1; number <= 30; number += 1) slow = skip(slow, number);
  const quick = skip(plain, 30);
  expect(ledgerHash(chain(slow, [[rich, registers(miner)]]))).toBe(
    ledgerHash(chain(quick, [[rich, registers(miner)]])),
  );
});

test("only so many may register in one block", () => {
  const start = genesis({ maxRegistrationsPerBlock: 1 });
  const both = [miner, other].map((hotkey) => [rich, registers(hotkey)] as const);
  expect(makeBlock(start, both).errors).toEqual([null, "TooManyRegistrationsThisBlock"]);
  chain(start, both.slice(0, 1), both.slice(1));
});

test("stake can be taken out again by whoever put it in", () => {
  const before = chain(three, [[rich, unstakes(validator, 50n * TAO)]]);
  expect(stakeOf(before, validator)).toBe(stakeOf(three, validator) - 50n * TAO);
  expect(everything(before)).toBe(everything(three));
  const all = before.stakes[validator]?.[rich] ?? 0n;
  const after = chain(before, [[rich, unstakes(validator, all)]]);
  expect(after.stakes[validator]).toEqual({});
  expect(after.accounts[rich]?.balance).toBe((before.accounts[rich]?.balance ?? 0n) + all);
});

test("a call can be tried without a block", () => {
  expect(applyCall(plain, miner, serves())).toEqual({ refused: "HotKeyNotRegisteredInNetwork" });
});
