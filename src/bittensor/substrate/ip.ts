import { isIP } from "node:net";

/** An IP address as the chain keeps it: one number, and 4 or 6. */
export function numberOf(host: string): { ip: bigint; kind: 4 | 6 } {
  if (isIP(host) === 4)
    return { ip: host.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n), kind: 4 };
  if (isIP(host) !== 6) throw new RangeError(`${host} is no IP address`);
  const [head = "", tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array(8 - before.length - after.length).fill("0");
  const groups = [...before, ...zeros, ...after];
  return { ip: groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n), kind: 6 };
}

/** The way back. */
export function hostOf(ip: bigint, kind: number): string {
  if (kind === 4) return [24n, 16n, 8n, 0n].map((shift) => (ip >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, at) => ((ip >> BigInt(16 * (7 - at))) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
