import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";

/** Lower-case hex sha256, 64 characters: how everything that is stored or sent is named. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/, "not a sha256 in lower-case hex");
export type Hash = z.infer<typeof Hash>;

/** sha256 of bytes, or of a string's UTF-8 bytes, as lower-case hex. */
export function hashBytes(data: Uint8Array | string): Hash {
  return bytesToHex(sha256(typeof data === "string" ? utf8ToBytes(data) : data));
}

/**
 * JSON with sorted keys and no white space, so that equal values have equal bytes.
 * Members that are `undefined` are left out; a number that JSON cannot carry is a TypeError.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`canonicalJson: ${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value as Record<string, unknown>)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`canonicalJson: a ${typeof value} has no JSON form`);
}

/** The hash of a value's canonical JSON. */
export function hashValue(value: unknown): Hash {
  return hashBytes(canonicalJson(value));
}
