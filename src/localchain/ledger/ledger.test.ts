import { expect, test } from "vitest";
import type { Call } from "../../bittensor/index.ts";
import { developmentKeypair } from "../../bittensor/index.ts";
import { readGenesis } from "../genesis.ts";
import { applyBlock, applyCall } from "./apply.ts";
import { burnPrice } from "./burn.ts";
import { nextEpoch } from "./epoch.ts";
import { firstLedger, type Ledger, ledgerHash, stakeOf } from "./ledger.ts";
import { metagraphOf } from "./views.ts";

const key = (name: string) => developmentKeypair(name).address;
const [owner, rich, poor, validator, miner, other, ownerHotkey] = [
  "Owner",
  "Rich",
  "Poor",
  "Validator",
  "Miner",
  "Other",
  "OwnerHotkey",
].map(key) as [string, string, string, string, string, string, string];
const TAO = 1_000_000_000n;

function genesis(parameters: object = {}): Ledger {
  const accounts = { [rich]: (1_000n * TAO).toString(), [poor]: "499999" };
  return firstLedger(readGenesis({ owner, ownerHotkey, accounts, parameters }));
}

/** Make the next blocks, one for each list of calls; every call must be done. */
function chain(ledger: Ledger, ...blocks: (readonly (readonly [signer: string, call: Call])[])[]): Ledger {
  return blocks.reduce((before, calls) => {
    const made = makeBlock(before, calls);
    expect(made.errors).toEqual(calls.map(() => null));
    return made.ledger;
  }, ledger);
}

function makeBlock(ledger: Ledger, calls: readonly (readonly [signer: string, call: Call])[]) {
  const nonces = new Map<string, number>();
  const extrinsics = calls.map(([signer, call]) => {
    const nonce = nonces.get(signer) ?? ledger.accounts[signer]?.nonce ?? 0;
    nonces.set(signer, nonce + 1);
    return { signer, nonce, call };
  });
  return applyBlock(ledger, { number: ledger.block + 1, extrinsics });
}

const skip = (ledger: Ledger, number: number) => applyBlock(ledger, { number, extrinsics: [] }).ledger;
const registers = (hotkey: string): Call => ({ call: "burned_register", netuid: 1, hotkey });
const stakes = (hotkey: string, amount: bigint): Call => ({
  call: "add_stake",
  netuid: 1,
  hotkey,
  amount: amount.toString(),
});
const unstakes = (hotkey: string, amount: bigint): Call => ({
  ...(stakes(hotkey, amount) as Call & { call: "add_stake" }),
  call: "remove_stake",
});
const serves = (host = "127.0.0.1", port = 9_000): Call => ({ call: "serve_axon", netuid: 1, host, port });
const weighs = (uids: number[], weights: number[], versionKey = 0): Call => ({
  call: "set_weights",
  netuid: 1,
  uids,
  weights,
  versionKey,
});
const epoch: Call = { call: "trigger_epoch", netuid: 1 };

/** A validator with stake and permit at uid 0, miners at 1 and 2; nobody has weights yet. */
function subnet(parameters: object = {}): Ledger {
  return chain(
    genesis({ tempo: 0, weightsSetRateLimit: 0, ...parameters }),
    [
      [rich, registers(validator)],
      [rich, registers(miner)],
      [rich, registers(other)],
      [rich, stakes(validator, 100n * TAO)],
      [owner, epoch],
    ],
    [],
  );
}

const everything = (ledger: Ledger): bigint =>
  ledger.carried +
  Object.values(ledger.accounts).reduce((sum, { balance }) => sum + balance, 0n) +
  Object.keys(ledger.stakes).reduce((sum, hotkey) => sum + stakeOf(ledger, hotkey), 0n);

const plain = genesis();
const three = subnet();
const refusals: [error: string, ledger: Ledger, signer: string, call: Call][] = [
  ["SubnetNotExists", plain, rich, { ...registers(miner), netuid: 2 }],
  ["NotSubnetOwner", plain, rich, epoch],
  ["NotEnoughBalanceToStake", plain, poor, registers(miner)],
  ["HotKeyAlreadyRegisteredInSubNet", three, rich, registers(miner)],
  ["TooManyRegistrationsThisBlock", genesis({ maxRegistrationsPerBlock: 0 }), rich, registers(other)],
  ["HotKeyAccountNotExists", plain, rich, stakes(miner, 1n)],
  ["AmountTooLow", three, rich, stakes(miner, 0n)],
  ["NotEnoughBalanceToStake", three, rich, stakes(miner, 2_000n * TAO)],
  ["HotKeyAccountNotExists", plain, rich, unstakes(miner, 1n)],
  ["AmountTooLow", three, rich, unstakes(validator, 0n)],
  ["NotEnoughStakeToWithdraw", three, rich, unstakes(validator, 200n * TAO)],
  ["NotEnoughStakeToWithdraw", three, poor, unstakes(validator, 1n)],
  ["HotKeyNotRegisteredInNetwork", plain, miner, serves()],
  ["InvalidIpAddress", three, miner, serves("0.0.0.0")],
  ["InvalidPort", three, miner, serves("127.0.0.1", 0)],
  [
    "ServingRateLimitExceeded",
    chain(subnet({ servingRateLimit: 50 }), [[miner, serves()]]),
    miner,
    serves("127.0.0.1", 9_001),
  ],
  ["WeightVecNotEqualSize", three, validator, weighs([1, 2], [1])],
  ["UidsLengthExceedUidsInSubNet", three, validator, weighs([0, 1, 2, 3], [1, 1, 1, 1])],
  ["HotKeyNotRegisteredInSubNet", three, rich, weighs([1], [1])],
  ["NotEnoughStakeToSetWeights", subnet({ stakeThreshold: "1" }), miner, weighs([1], [1])],
  ["IncorrectWeightVersionKey", subnet({ weightsVersionKey: 3 }), validator, weighs([1], [1], 2)],
  [
    "SettingWeightsTooFast",
    chain(subnet({ weightsSetRateLimit: 2 }), [[validator, weighs([1], [1])]]),
    validator,
    weighs([1], [1]),
  ],
  ["NeuronNoValidatorPermit", three, miner, weighs([2], [1])],
  ["DuplicateUids", three, validator, weighs([1, 1], [1, 2])],
  ["UidVecContainInvalidOne", three, validator, weighs([3], [1])],
  ["WeightVecLengthIsLow", subnet({ minAllowedWeights: 2 }), validator, weighs([1], [1])],
  ["WeightVecLengthIsLow", three, validator, weighs([], [])],
  ["MaxWeightExceeded", subnet({ maxWeightsLimit: 32_767 }), validator, weighs([1, 2], [2, 1])],
];
test.each(refusals)(
  "%s is refused (%#), costs a nonce and does nothing else",
  (error, ledger, signer, call) => {
    const empty = makeBlock(ledger, []);
    const made = makeBlock(ledger, [[signer, call]]);
    expect(made.errors).toEqual([error]);
    const { nonce = 0, balance = 0n } = empty.ledger.accounts[signer] ?? {};
    const accounts = { ...empty.ledger.accounts, [signer]: { balance, nonce: nonce + 1 } };
    expect(made.ledger).toEqual({ ...empty.ledger, accounts });
  },
);

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
