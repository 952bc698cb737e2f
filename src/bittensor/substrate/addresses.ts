import { isIPv4, isIPv6 } from "node:net";

/** An address as text: a number of 32 bits, or of 128 in eight groups (RFC 4291, shortened as RFC 5952 has it). */
export function hostOf(ip: bigint, type: number): string {
  if (type !== 6) return [24n, 16n, 8n, 0n].map((shift) => (ip >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, at) => ((ip >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  return plain(groups.join(":"));
}

/** The number that an IP address is, as an axon holds it. RangeError for what is none. */
export function ipOf(host: string): { ip: bigint; type: 4 | 6 } {
  if (isIPv4(host))
    return { ip: host.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n), type: 4 };
  if (!isIPv6(host) || host.includes("%")) throw new RangeError(`${JSON.stringify(host)} is no IP address`);
  const [head = "", tail = ""] = plain(host).split("::");
  const groupsOf = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return { ip: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n), type: 6 };
}

/** The one way to write an IPv6 address. */
const plain = (host: string) => new URL(`http://[${host}]`).hostname.slice(1, -1);
