import { BlockList, isIP } from "node:net";

/**
 * Networks that are no part of the open internet: of this machine, its network or no single machine (`near`), or
 * set aside for another use (`reserved`), to which nobody can connect. Source: the IANA special-purpose address
 * registries.
 */
const networks: readonly (readonly [string, number, "near" | "reserved"])[] = [
  ["0.0.0.0", 8, "near"],
  ["10.0.0.0", 8, "near"],
  ["100.64.0.0", 10, "near"],
  ["127.0.0.0", 8, "near"],
  ["169.254.0.0", 16, "near"],
  ["172.16.0.0", 12, "near"],
  ["192.0.0.0", 24, "near"],
  ["192.0.2.0", 24, "reserved"],
  ["192.88.99.0", 24, "reserved"],
  ["192.168.0.0", 16, "near"],
  ["198.18.0.0", 15, "near"],
  ["198.51.100.0", 24, "reserved"],
  ["203.0.113.0", 24, "reserved"],
  ["224.0.0.0", 4, "near"],
  ["240.0.0.0", 4, "near"],
  ["::", 96, "near"],
  ["64:ff9b::", 96, "near"],
  ["64:ff9b:1::", 48, "near"],
  ["2001::", 32, "near"], // Teredo and 6to4 hold an IPv4 address that a gateway may unpack
  ["2001::", 23, "reserved"],
  ["2001:db8::", 32, "reserved"],
  ["2002::", 16, "near"],
  ["3fff::", 20, "reserved"],
  ["fc00::", 7, "near"],
  ["fe80::", 10, "near"],
  ["fec0::", 10, "near"],
  ["ff00::", 8, "near"],
];
const family = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
const near = new BlockList();
const closed = new BlockList();
for (const [network, bits, kind] of networks) {
  closed.addSubnet(network, bits, family(network));
  if (kind === "near") near.addSubnet(network, bits, family(network));
}
/** Of version 6 only this part was ever given to anybody. */
const given = new BlockList();
given.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is of this machine, of its network, or no single machine's. */
export function isNearAddress(address: string): boolean {
  const mapped = /^::(?:ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return near.check(mapped ?? address, family(mapped ?? address));
}

/** Whether an IP address is one of the open internet: not loopback, private, link-local, metadata or reserved. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || closed.check(address, family(address))) return false;
  return isIP(address) === 4 || given.check(address, "ipv6");
}
