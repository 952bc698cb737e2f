import { type Call, developmentKeypair } from "../../bittensor/index.ts";
import { readGenesis } from "../genesis.ts";
import { applyBlock } from "./apply.ts";
import { firstLedger, type Ledger } from "./ledger.ts";

export const key = (name: string) => developmentKeypair(name).address;
export const [owner, rich, poor, validator, miner, other, ownerHotkey] = [
  "Owner",
  "Rich",
  "Poor",
  "Validator",
  "Miner",
  "Other",
  "OwnerHotkey",
].map(key) as [string, string, string, string, string, string, string];
export const TAO = 1_000_000_000n;

export function genesis(parameters: object = {}): Ledger {
  const accounts = { [rich]: (1_000n * TAO).toString(), [poor]: "499999" };
  return firstLedger(readGenesis({ owner, ownerHotkey, accounts, parameters }));
}

/** Make the next blocks, one for each list of calls; every call must be done. */
export function chain(
  ledger: Ledger,
  ...blocks: (readonly (readonly [signer: string, call: Call])[])[]
): Ledger {
  return blocks.reduce((before, calls) => {
    const made = makeBlock(before, calls);
    const failed = made.errors.find((error) => error !== null);
    if (failed) throw new Error(`block ${before.block + 1}: ${failed}`);
    return made.ledger;
  }, ledger);
}

export function makeBlock(ledger: Ledger, calls: readonly (readonly [signer: string, call: Call])[]) {
  const nonces = new Map<string, number>();
  const extrinsics = calls.map(([signer, call]) => {
    const nonce = nonces.get(signer) ?? ledger.accounts[signer]?.nonce ?? 0;
    nonces.set(signer, nonce + 1);
    return { signer, nonce, call };
  });
  return applyBlock(ledger, { number: ledger.block + 1, extrinsics });
}

export const skip = (ledger: Ledger, number: number) => applyBlock(ledger, { number, extrinsics: [] }).ledger;
export const registers = (hotkey: string): Call => ({ call: "burned_register", netuid: 1, hotkey });
export const stakes = (hotkey: string, amount: bigint): Call => ({
  call: "add_stake",
  netuid: 1,
  hotkey,
  amount: amount.toString(),
});
export const unstakes = (hotkey: string, amount: bigint): Call => ({
  ...(stakes(hotkey, amount) as Call & { call: "add_stake" }),
  call: "remove_stake",
});
export const serves = (host = "127.0.0.1", port = 9_000): Call => ({
  call: "serve_axon",
  netuid: 1,
  host,
  port,
});
export const weighs = (uids: number[], weights: number[], versionKey = 0): Call => ({
  call: "set_weights",
  netuid: 1,
  uids,
  weights,
  versionKey,
});
export const epoch = { call: "trigger_epoch", netuid: 1 } as const;
export const gives = (dest: string, amount: bigint): Call => ({
  call: "transfer_keep_alive",
  dest,
  amount: amount.toString(),
});
export const commits = (version = 4, revealRound = 1): Call => ({
  call: "commit_timelocked_weights",
  netuid: 1,
  commit: "00",
  revealRound,
  version,
});
/** A field of so many bytes each. */
export const publishes = (...bytes: number[]): Call => ({
  call: "set_commitment",
  netuid: 1,
  fields: bytes.map((length) => ({ kind: "BigRaw", value: "ab".repeat(length) })),
});

/** A validator with stake and permit at uid 0, miners at 1 and 2; nobody has weights yet. */
export function subnet(parameters: object = {}): Ledger {
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
