import { expect, test } from "vitest";
import type { Call } from "../../bittensor/index.ts";
import type { Ledger } from "./ledger.ts";
import {
  chain,
  commits,
  epoch,
  genesis,
  gives,
  makeBlock,
  miner,
  other,
  poor,
  publishes,
  registers,
  rich,
  serves,
  stakes,
  subnet,
  TAO,
  unstakes,
  validator,
  weighs,
} from "./sampleLedger.ts";

const plain = genesis();
const three = subnet();
const sealing = subnet({ commitRevealEnabled: true });
const tenFold = chain(
  sealing,
  Array.from({ length: 10 }, () => [validator, commits()] as const),
);
const full = chain(
  three,
  Array.from({ length: 6 }, () => [miner, publishes(512)] as const),
);
const refusals: [error: string, ledger: Ledger, signer: string, call: Call][] = [
  ["SubnetNotExists", plain, rich, { ...epoch, netuid: 2 }],
  ["NotSubnetOwner", plain, rich, epoch],
  ["FundsUnavailable", plain, poor, gives(rich, 500_000n)],
  ["FundsUnavailable", plain, miner, gives(rich, 1n)],
  ["NotExpendable", plain, poor, gives(rich, 499_999n)],
  ["NotExpendable", plain, poor, gives(rich, 499_500n)],
  ["NotExpendable", plain, poor, gives(poor, 499_999n)],
  ["BelowMinimum", plain, rich, gives(miner, 499n)],
  ["CommitRevealDisabled", three, validator, commits()],
  ["CommitRevealEnabled", sealing, validator, weighs([1], [1])],
  ["IncorrectCommitRevealVersion", sealing, validator, commits(3)],
  ["HotKeyNotRegisteredInSubNet", sealing, rich, commits()],
  [
    "CommittingWeightsTooFast",
    chain(
      subnet({ weightsSetRateLimit: 3, commitRevealEnabled: true }),
      [],
      [],
      [[validator, commits()]],
      [],
    ),
    validator,
    commits(),
  ],
  ["TooManyUnrevealedCommits", tenFold, validator, commits()],
  ["AccountNotAllowedCommit", three, rich, publishes(1)],
  ["TooManyFieldsInCommitmentInfo", three, miner, publishes(1, 1, 1, 1)],
  ["SpaceLimitExceeded", full, miner, publishes(1)],
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
