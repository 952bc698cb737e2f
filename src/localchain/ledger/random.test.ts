import fc from "fast-check";
import { expect, test } from "vitest";
import { type Call, developmentKeypair } from "../../bittensor/index.ts";
import { readGenesis } from "../genesis.ts";
import { applyBlock } from "./apply.ts";
import { dueCommits } from "./commits.ts";
import { accountOf, firstLedger, type Ledger, ledgerHash, stakeOf } from "./ledger.ts";
import { nextEpoch } from "./nextEpoch.ts";

const keys = Array.from({ length: 7 }, (_, index) => developmentKeypair(`k${index}`).address);
const address = fc.constantFrom(...keys);
const netuid = 1;
const small = fc.integer({ min: 0, max: 5 });
const rao = fc.bigInt({ min: 0n, max: 60_000n }).map(String);
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ call: fc.constant("burned_register" as const), netuid: fc.constant(netuid), hotkey: address }),
  fc.record({
    call: fc.constant("add_stake" as const),
    netuid: fc.constant(netuid),
    hotkey: address,
    amount: rao,
  }),
  fc.record({
    call: fc.constant("remove_stake" as const),
    netuid: fc.constant(netuid),
    hotkey: address,
    amount: rao,
  }),
  fc.array(fc.tuple(small, fc.integer({ min: 0, max: 65_535 })), { maxLength: 4 }).map((row) => ({
    call: "set_weights" as const,
    netuid,
    uids: row.map(([uid]) => uid),
    weights: row.map(([, weight]) => weight),
    versionKey: 0,
  })),
  fc.record({ call: fc.constant("transfer_keep_alive" as const), dest: address, amount: rao }),
  small.map((size) => ({
    call: "set_commitment" as const,
    netuid,
    fields: [{ kind: "BigRaw" as const, value: "ab".repeat(size * 100) }],
  })),
  small.map((revealRound) => ({
    ...{ call: "commit_timelocked_weights" as const, netuid, commit: "00", revealRound, version: 4 },
  })),
  fc.constant({ call: "serve_axon" as const, netuid, host: "127.0.0.1", port: 1 }),
  fc.constant({ call: "trigger_epoch" as const, netuid }),
);
const block = fc.record({
  skip: fc.integer({ min: 0, max: 3 }),
  /** How many of the commits that are due the beacon opens, and what they hid. */
  opens: small,
  hidden: fc.option(fc.array(fc.tuple(small, fc.integer({ min: 0, max: 65_535 })), { maxLength: 4 })),
  calls: fc.array(fc.tuple(address, call), { maxLength: 5 }),
});

const genesisOf = (commitRevealEnabled: boolean) =>
  readGenesis({
    owner: keys[0],
    ownerHotkey: keys[6],
    accounts: Object.fromEntries(keys.slice(0, 4).map((key) => [key, "1000000"])),
    parameters: {
      ...{ tempo: 4, maxAllowedUids: 4, maxAllowedValidators: 2, immunityPeriod: 3, weightsSetRateLimit: 0 },
      ...{ minBurn: "100", emissionPerBlock: "100003", yuma3: true, liquidAlpha: true, commitRevealEnabled },
    },
  });

const genesis = genesisOf(false);

const supply = (ledger: Ledger): bigint =>
  ledger.carried +
  Object.values(ledger.accounts).reduce((sum, { balance }) => sum + balance, 0n) +
  Object.keys(ledger.stakes).reduce((sum, hotkey) => sum + stakeOf(ledger, hotkey), 0n);

/** What must hold between any two blocks, whatever was asked for. */
function expectSound(before: Ledger, after: Ledger, epoch: boolean): void {
  const most = BigInt(genesis.parameters.emissionPerBlock) * BigInt(after.block - before.epoch.block);
  const grown = supply(after) - supply(before);
  expect(grown <= (epoch ? most : 0n)).toBe(true);
  for (const { balance } of Object.values(after.accounts)) expect(balance >= 0n).toBe(true);
  for (const shares of Object.values(after.stakes))
    for (const share of Object.values(shares)) expect(share > 0n).toBe(true);
  expect(after.neurons.length).toBeLessThanOrEqual(4);
  expect(new Set(after.neurons.map(({ hotkey }) => hotkey)).size).toBe(after.neurons.length);
  for (const { hotkey, coldkey } of after.neurons) expect(after.coldkeys[hotkey]).toBe(coldkey);
}

test.each([false, true])(
  "commit-reveal %s: whatever is asked, money comes only from emission, and the same blocks give the same ledger",
  (commitReveal) => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 10, maxLength: 30 }), (blocks) => {
        const made: Parameters<typeof applyBlock>[1][] = [];
        const errors: unknown[] = [];
        let ledger = firstLedger(genesisOf(commitReveal));
        for (const { skip, calls, opens, hidden } of blocks) {
          const number = Math.min(ledger.block + 1 + skip, nextEpoch(ledger) ?? Number.POSITIVE_INFINITY);
          const nonces = new Map<string, number>();
          const extrinsics = calls.map(([signer, wanted]) => {
            const nonce = nonces.get(signer) ?? accountOf(ledger, signer).nonce;
            nonces.set(signer, nonce + 1);
            return { signer, nonce, call: wanted };
          });
          const opened = dueCommits(ledger, number)
            .slice(0, opens)
            .map(({ id, hotkey }) => ({
              id,
              payload: hidden && {
                ...{ hotkey, versionKey: 0 },
                ...{ uids: hidden.map(([uid]) => uid), weights: hidden.map(([, weight]) => weight) },
              },
            }));
          made.push({ number, extrinsics, opened });
          const applied = applyBlock(ledger, { number, extrinsics, opened });
          expectSound(ledger, applied.ledger, applied.epoch);
          errors.push(applied.errors);
          ledger = applied.ledger;
        }
        let again = firstLedger(genesisOf(commitReveal));
        const repeated = made.map((one) => {
          const applied = applyBlock(again, structuredClone(one));
          again = applied.ledger;
          return applied.errors;
        });
        expect(repeated).toEqual(errors);
        expect(ledgerHash(again)).toBe(ledgerHash(ledger));
      }),
      { numRuns: 150, seed: 20_261_125 },
    );
  },
);
