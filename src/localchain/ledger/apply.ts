import type { Call, Extrinsic } from "../../bittensor/index.ts";
import { serveAxon } from "./axon.ts";
import { nextEpoch, runEpoch } from "./epoch.ts";
import { accountOf, type Ledger } from "./ledger.ts";
import { type Outcome, refused, unless } from "./outcome.ts";
import { register } from "./register.ts";
import { addStake, removeStake } from "./stake.ts";
import { setWeights } from "./weights.ts";

/** What a block did: the ledger after it, each extrinsic's failed check or null, and whether it ran an epoch. */
export interface Applied {
  readonly ledger: Ledger;
  readonly errors: readonly (string | null)[];
  readonly epoch: boolean;
}

/**
 * Make a block: first the epoch if it is due, then the extrinsics in their order. Numbers may be left out (blocks in
 * which nothing happened), save that of an epoch. Signatures must have been checked; a nonce that is not the
 * signer's next is a RangeError.
 */
export function applyBlock(
  before: Ledger,
  {
    number,
    extrinsics,
  }: { number: number; extrinsics: readonly Pick<Extrinsic, "signer" | "nonce" | "call">[] },
): Applied {
  const due = nextEpoch(before);
  if (number <= before.block) throw new RangeError(`block ${number} does not follow block ${before.block}`);
  if (due !== null && number > due)
    throw new RangeError(`block ${number} leaves out the epoch of block ${due}`);
  let ledger: Ledger = { ...before, block: number };
  if (number === due) ledger = runEpoch(ledger);
  const errors = extrinsics.map(({ signer, nonce, call }) => {
    const { balance, nonce: expected } = accountOf(ledger, signer);
    if (nonce !== expected) throw new RangeError(`nonce ${nonce} of ${signer} is not ${expected}`);
    ledger = { ...ledger, accounts: { ...ledger.accounts, [signer]: { balance, nonce: nonce + 1 } } };
    const outcome = applyCall(ledger, signer, call);
    if ("refused" in outcome) return outcome.refused;
    ledger = outcome.ledger;
    return null;
  });
  return { ledger, errors, epoch: number === due };
}

/** Do one call, or tell which check it fails. */
export function applyCall(ledger: Ledger, signer: string, call: Call): Outcome {
  if (call.netuid !== ledger.netuid) return refused("SubnetNotExists");
  switch (call.call) {
    case "burned_register":
      return register(ledger, signer, call.hotkey);
    case "add_stake":
      return addStake(ledger, signer, call.hotkey, BigInt(call.amount));
    case "remove_stake":
      return removeStake(ledger, signer, call.hotkey, BigInt(call.amount));
    case "serve_axon":
      return serveAxon(ledger, signer, call.host, call.port);
    case "set_weights":
      return setWeights(ledger, signer, call);
    case "trigger_epoch":
      return unless([["NotSubnetOwner", () => signer !== ledger.owner]], () => ({
        ...ledger,
        epochAsked: ledger.block + 1,
      }));
  }
}
