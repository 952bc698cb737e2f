import {
  type Extrinsic,
  type ExtrinsicStatus,
  extrinsicHash,
  type Head,
  verifyExtrinsic,
} from "../bittensor/index.ts";
import { type Clock, TaoceptionError } from "../platform/index.ts";
import type { Hash } from "../protocol/index.ts";
import type { LocalBeacon } from "./beacon.ts";
import type { BlockLog } from "./blockLog.ts";
import type { Height } from "./height.ts";
import { applyBlock, applyCall } from "./ledger/apply.ts";
import { accountOf, type Ledger, ledgerHash } from "./ledger/ledger.ts";
import { nextEpoch } from "./ledger/nextEpoch.ts";
import { openDue } from "./openDue.ts";
import { openPool } from "./pool.ts";
import type { Replayed } from "./replay.ts";

/** Extrinsics that one block holds at most. */
const MOST_IN_BLOCK = 512;

/** A chain that takes extrinsics and makes blocks of them. */
export interface ChainNode {
  readonly genesisHash: Hash;
  ledger(): Ledger;
  head(): Head;
  /** Extrinsics of this signer that no block holds yet. */
  pendingOf(signer: string): number;
  status(hash: Hash): ExtrinsicStatus;
  /** Take an extrinsic, or throw a TaoceptionError `bad-extrinsic` with the failed check's name as its cause. */
  submit(extrinsic: Extrinsic): ExtrinsicStatus;
  /** Make the next block. What it holds counts once this resolves. */
  produce(): Promise<void>;
}

/** Go on from where a log ended. */
export function openNode(
  {
    ledger: replayed,
    genesisHash,
    head,
    included,
  }: Pick<Replayed, "ledger" | "genesisHash" | "head" | "included">,
  {
    log,
    height,
    clock,
    beacon,
  }: { log: BlockLog; height: Height; clock: Clock; beacon: Pick<LocalBeacon, "latest" | "pulse"> },
): ChainNode {
  // an epoch is always logged: no empty block can lie behind the next one
  const highest = (nextEpoch(replayed) ?? Number.POSITIVE_INFINITY) - 1;
  let ledger: Ledger = { ...replayed, block: Math.max(replayed.block, Math.min(height.read(), highest)) };
  let newest = head;
  const pool = openPool();

  function status(hash: Hash): ExtrinsicStatus {
    const found = included.get(hash);
    if (found) return { status: "included", ...found };
    return { status: pool.has(hash) ? "pending" : "unknown" };
  }

  return {
    genesisHash,
    ledger: () => ledger,
    head: () => ({ number: ledger.block, genesis: genesisHash, hash: newest, epoch: ledger.epoch }),
    pendingOf: pool.countOf,
    status,

    submit(extrinsic) {
      const { signer, nonce, genesis, call } = extrinsic;
      const hash = extrinsicHash(extrinsic);
      const known = status(hash);
      if (known.status !== "unknown") return known; // the very same bytes again: it is done once
      if (genesis !== genesisHash) throw bad("BadGenesis", "it was signed for another chain");
      const expected = accountOf(ledger, signer).nonce + pool.countOf(signer);
      if (nonce !== expected) throw bad("InvalidNonce", `its nonce must be ${expected}`);
      if (!pool.hasRoom(signer)) throw bad("PoolFull", "too many wait for a block");
      if (!verifyExtrinsic(extrinsic)) throw bad("BadSignature", "it is not signed by its signer");
      // a stranger's call that would do nothing has no place in a block, else new keys could fill the log
      if (ledger.accounts[signer] === undefined && ledger.coldkeys[signer] === undefined) {
        const tried = applyCall({ ...ledger, block: ledger.block + 1 }, signer, call);
        if ("refused" in tried) throw bad(tried.refused, `${call.call} would fail`);
      }
      pool.add(hash, extrinsic);
      return { status: "pending" };
    },

    async produce() {
      const number = ledger.block + 1;
      const batch = pool.first(MOST_IN_BLOCK);
      const { opened, pulses } = openDue(ledger, number, beacon);
      const calls = batch.map(({ extrinsic }) => extrinsic);
      const applied = applyBlock(ledger, { number, extrinsics: calls, opened });
      if (batch.length > 0 || opened.length > 0 || applied.epoch) {
        const extrinsics = batch.map(({ hash, extrinsic }, index) => ({
          hash,
          error: applied.errors[index] ?? null,
          extrinsic,
        }));
        newest = await log.append({
          number,
          parent: newest,
          time: clock.now(),
          epoch: applied.epoch,
          ...(opened.length > 0 ? { pulses, opened } : {}),
          extrinsics,
          ledger: applied.epoch ? ledgerHash(applied.ledger) : null,
        });
        for (const { hash, error } of extrinsics) included.set(hash, { block: number, error });
        pool.remove(extrinsics.map(({ hash }) => hash));
      }
      height.write(number);
      ledger = applied.ledger;
    },
  };
}

function bad(cause: string, why: string): TaoceptionError {
  return new TaoceptionError("bad-extrinsic", `the extrinsic is refused: ${why}`, {
    cause,
    retryable: cause === "PoolFull",
  });
}
