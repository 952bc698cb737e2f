import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { isNearAddress } from "../../platform/index.ts";
import type { RelaySpec } from "../contract.ts";

/** Where a job's request may go: the very address to connect to, and the name in one spelling; or why not. */
export type Admitted =
  | { ok: true; name: string; address: string; port: number }
  | { ok: false; reason: string };
export type Gate = (authority: string) => Promise<Admitted>;

/**
 * An allow-list of `host:port`. A host is looked up here and the connection goes to the address that was
 * checked, so a name that changes its mind between the two gains nothing. Addresses of this machine and its
 * network are allowed only to the hosts in `local`.
 */
export function openGate(
  { hosts, local = [] }: RelaySpec,
  {
    resolve = lookup as unknown as Resolve,
    own = addressesHere,
  }: { resolve?: Resolve; own?: () => readonly string[] } = {},
): Gate {
  const allowed = new Set(hosts.map(normal));
  const trusted = new Set(local.map(normal));
  return async (authority) => {
    const wanted = normal(authority);
    const parts = /^(.+):(\d{1,5})$/.exec(wanted);
    if (!parts || !allowed.has(wanted)) return { ok: false, reason: "not among the hosts of this job" };
    const host = (parts[1] ?? "").replace(/^\[(.*)\]$/, "$1");
    const port = Number(parts[2]);
    const found = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await resolve(host, { all: true }).catch(() => []);
    const here = own(); // of this machine even where the address is a public one
    const far = ({ address }: { address: string }) => !isNearAddress(address) && !here.includes(address);
    const fit = trusted.has(wanted) ? found[0] : found.find(far);
    if (fit) return { ok: true, name: wanted, address: fit.address, port };
    return { ok: false, reason: found.length > 0 ? "its address is a local one" : "it has no address" };
  };
}

export type Resolve = (
  host: string,
  options: { all: true },
) => Promise<readonly { address: string; family: number }[]>;

function addressesHere(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

function normal(authority: string): string {
  return authority.toLowerCase().replace(/\.(?=:\d+$)/, "");
}
