import type { Beacon } from "../bittensor/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { canonicalJson, type Hash } from "../protocol/index.ts";
import { corrupt, readLog } from "./blockLog.ts";
import { type Genesis, readGenesis } from "./genesis.ts";
import { applyBlock } from "./ledger/apply.ts";
import { firstLedger, type Ledger, ledgerHash } from "./ledger/ledger.ts";

/** What became of an extrinsic that a block holds. */
export interface Inclusion {
  block: number;
  error: string | null;
}

/** A chain as its log tells it. */
export interface Replayed {
  ledger: Ledger;
  genesisHash: Hash;
  head: Hash;
  included: Map<Hash, Inclusion>;
  /** When block 0 was made, and the beacon that it names, if it does. */
  first: { time: number; beacon?: Beacon | undefined };
}

/**
 * Recompute a chain from its log. The log must be that of `genesis` (else TaoceptionError `other-genesis`), and each
 * block must do again what it says that it did (else `corrupt-log`).
 */
export async function replay(
  path: string,
  genesis: Genesis,
  { onTorn }: { onTorn: (bytes: number) => void },
): Promise<Replayed> {
  let ledger: Ledger | undefined;
  let genesisHash = "";
  let head = "";
  let line = 1;
  let made: Replayed["first"] = { time: 0 };
  const included = new Map<Hash, Inclusion>();
  await readLog(path, {
    onTorn,
    onFirst(first, hash) {
      sameGenesis(path, readGenesis(first.genesis), genesis);
      ledger = firstLedger(genesis);
      genesisHash = hash;
      head = hash;
      made = first;
    },
    onBlock({ number, epoch, extrinsics, opened, ledger: expected }, hash) {
      line += 1;
      if (ledger === undefined) return; // block 0 comes first
      let applied: ReturnType<typeof applyBlock>;
      try {
        const calls = extrinsics.map(({ extrinsic }) => extrinsic);
        applied = applyBlock(ledger, { number, extrinsics: calls, ...(opened ? { opened } : {}) });
      } catch (error) {
        throw corrupt(path, line, error instanceof Error ? error.message : String(error));
      }
      const same =
        applied.epoch === epoch &&
        extrinsics.every(({ error }, index) => error === applied.errors[index]) &&
        (expected === null || expected === ledgerHash(applied.ledger));
      if (!same) throw corrupt(path, line, `block ${number} does not come out as it was written`);
      ledger = applied.ledger;
      head = hash;
      for (const { hash: name, error } of extrinsics) included.set(name, { block: number, error });
    },
  });
  if (ledger === undefined) throw corrupt(path, 1, "it holds no block");
  return { ledger, genesisHash, head, included, first: made };
}

function sameGenesis(path: string, held: Genesis, given: Genesis): void {
  const members = (genesis: Genesis) => ({ ...genesis, ...genesis.parameters, parameters: null });
  const before: Record<string, unknown> = members(held);
  const differ = Object.entries(members(given))
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(before[name]))
    .map(([name]) => name);
  if (differ.length === 0) return;
  throw new TaoceptionError(
    "other-genesis",
    `${path} belongs to a chain with another genesis (${differ.join(", ")} differ)`,
    { mend: "start it with the genesis that it was made with, or start a new chain in another folder" },
  );
}
