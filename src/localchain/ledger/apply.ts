import type { Call, Extrinsic } from "../../bittensor/index.ts";
import { serveAxon } from "./axon.ts";
import { publish } from "./commitments.ts";
import { commitTimelocked, expireCommits, type Opened, reveal } from "./commits.ts";
import { runEpoch } from "./epoch.ts";
import { accountOf, type Ledger } from "./ledger.ts";
import { nextEpoch } from "./nextEpoch.ts";
import { type Outcome, refused, unless } from "./outcome.ts";
import { register } from "./register.ts";
import { addStake, removeStake } from "./stake.ts";
import { transfer } from "./transfer.ts";
import { setWeights } from "./weights.ts";

/** What a block did: the ledger after it, each extrinsic's failed check or null, and whether it ran an epoch. */
export interface Applied {
  readonly ledger: Ledger;
  readonly errors: readonly (string | null)[];
  readonly epoch: boolean;
}

/**
 * Make a block: first the commits that were opened are revealed, then comes the epoch if it is due, then the extrinsics
 * in their order. Numbers may be left out (blocks in
 * which nothing happened), save that of an epoch. Signatures must have been checked; a nonce that is not the
 * signer's next is a RangeError, and so is a commit that cannot be opened in this block.
 */
export function applyBlock(
  before: Ledger,
  {
    number,
    extrinsics,
    opened = [],
  }: {
    number: number;
    extrinsics: readonly Pick<Extrinsic, "signer" | "nonce" | "call">[];
    opened?: readonly Opened[];
  },
): Applied {
  const due = nextEpoch(before);
  if (number <= before.block) throw new RangeError(`block ${number} does not follow block ${before.block}`);
  if (due !== null && number > due)
    throw new RangeError(`block ${number} leaves out the epoch of block ${due}`);
  let ledger = reveal(before, number, opened);
  if (number === due) ledger = runEpoch(expireCommits(ledger));
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
  if (call.call === "transfer_keep_alive") return transfer(ledger, signer, call.dest, BigInt(call.amount));
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
    case "commit_timelocked_weights":
      return commitTimelocked(ledger, signer, call);
    case "set_commitment":
      return publish(ledger, signer, call.fields);
    case "trigger_epoch":
      return unless([["NotSubnetOwner", () => signer !== ledger.owner]], () => ({
        ...ledger,
        epochAsked: ledger.block + 1,
      }));
  }
}
