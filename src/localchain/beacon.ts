import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Beacon, beaconKey, type Pulse, roundAt, verifyPulse } from "../bittensor/index.ts";
import { type Clock, TaoceptionError, writeAtomically } from "../platform/index.ts";

/** Seconds between two rounds: the shortest that drand's interface can name. */
const PERIOD = 1;
/** Pulses that are kept at hand; others are signed again, which gives the same. */
const MOST_KEPT = 256;

/** A beacon of drand's kind that this process runs alone. */
export interface LocalBeacon {
  readonly terms: Beacon;
  /** Names the beacon, as drand's chain hash does. */
  readonly hash: string;
  readonly groupHash: string;
  latest(): number;
  /** The pulse of a round; null when it is not out yet. */
  pulse(round: number): Pulse | null;
}

/** The beacon's secret: made with the chain, and never served. */
export async function beaconSeed(path: string): Promise<Uint8Array> {
  const held = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new TaoceptionError("chain-log", `${path} cannot be read`, { cause: error });
  });
  if (held === null) {
    const seed = randomBytes(48);
    await writeAtomically(path, `${seed.toString("hex")}\n`, 0o600);
    return seed;
  }
  if (!/^[0-9a-f]{96}\n?$/.test(held)) throw damaged(path, "holds no seed");
  return Buffer.from(held.trim(), "hex");
}

/** What block 0 says of the beacon of a chain that is made now. */
export function beaconTerms(seed: Uint8Array, now: number): Beacon {
  return { publicKey: beaconKey(seed).publicKey, genesisTime: Math.floor(now / 1000), period: PERIOD };
}

/**
 * Run the beacon that block 0 names. A seed that makes other pulses is a TaoceptionError `other-beacon`: what was sealed
 * for this chain would never open.
 */
export function openBeacon(
  { seed, terms, path }: { seed: Uint8Array; terms: Beacon; path: string },
  { clock }: { clock: Pick<Clock, "now"> },
): LocalBeacon {
  const key = beaconKey(seed);
  if (key.publicKey !== terms.publicKey || !verifyPulse(key.pulse(1), terms))
    throw damaged(path, "is not the seed of the beacon that block 0 names");
  const kept = new Map<number, Pulse>();
  const latest = () => roundAt(clock.now(), terms);
  const groupHash = createHash("sha256").update(`embedded-chain/1 beacon ${key.publicKey}`).digest("hex");
  return {
    terms,
    groupHash,
    hash: chainHash(terms, groupHash),
    latest,
    pulse(round) {
      if (!Number.isSafeInteger(round) || round < 1 || round > latest()) return null;
      const pulse = kept.get(round) ?? key.pulse(round);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(round, pulse);
      return pulse;
    },
  };
}

/** The name of a beacon among drand's. Source: `Info.Hash` of drand's `common/chain`, for the beacon `default`. */
export function chainHash({ period, genesisTime, publicKey }: Beacon, groupHash: string, id = ""): string {
  const times = Buffer.alloc(12);
  times.writeUInt32BE(period);
  times.writeBigInt64BE(BigInt(genesisTime), 4);
  const key = Buffer.from(publicKey, "hex");
  return createHash("sha256")
    .update(Buffer.concat([times, key, Buffer.from(groupHash, "hex"), Buffer.from(id, "utf8")]))
    .digest("hex");
}

function damaged(path: string, why: string): TaoceptionError {
  return new TaoceptionError("other-beacon", `${path} ${why}`, {
    mend: "bring the file back that the chain was made with, or start a new chain in another folder",
  });
}
