import { type Pulse, randomnessOf } from "../bittensor/index.ts";
import type { LocalBeacon } from "./beacon.ts";

/** What a GET is answered with. */
export interface Page {
  status: number;
  body: object;
}

/**
 * A beacon's pages as drand's HTTP interface (v1) has them: `/chains`, and with or without the beacon's hash before
 * them `/info`, `/public/latest` and `/public/{round}`. Null where there is no such page; 425 for a round to come.
 */
export function beaconPage(path: string, beacon: LocalBeacon): Page | null {
  if (path === "/chains") return found([beacon.hash]);
  const [, hash, page = ""] = /^(?:\/([0-9a-f]{64}))?(\/.*)$/.exec(path) ?? [];
  if (hash !== undefined && hash !== beacon.hash) return null;
  if (page === "/info") return found(info(beacon));
  const [, wanted] = /^\/public\/(latest|[1-9]\d{0,15})$/.exec(page) ?? [];
  if (wanted === undefined) return null;
  const pulse = beacon.pulse(wanted === "latest" ? beacon.latest() : Number(wanted));
  return pulse === null ? { status: 425, body: { error: "that round is not out yet" } } : found(said(pulse));
}

const found = (body: object): Page => ({ status: 200, body });

function info({ terms, hash, groupHash }: LocalBeacon): object {
  return {
    public_key: terms.publicKey,
    period: terms.period,
    genesis_time: terms.genesisTime,
    hash,
    groupHash,
    schemeID: "bls-unchained-g1-rfc9380",
    metadata: { beaconID: "default" },
  };
}

const said = (pulse: Pulse): object => ({
  round: pulse.round,
  randomness: randomnessOf(pulse),
  signature: pulse.signature,
});
