import { createHash } from "node:crypto";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { Scheme } from "../keys.ts";
import { decodeAddress } from "../ss58.ts";
import { keyOf, type Origin, publicPart, type StoredKey } from "./storedKey.ts";

/** btwallet's numbers. Others stand for accounts that no single key signs for, and are refused. */
const SCHEMES: Readonly<Record<string, Scheme>> = { "0": "ed25519", "1": "sr25519" };

const text = z.string().nullish();
const Keyfile = z.object({
  secretPhrase: text,
  secretSeed: text,
  privateKey: text,
  publicKey: text,
  accountId: text,
  ss58Address: text,
  cryptoType: z.union([z.number(), z.string()]).nullish(),
});

/**
 * Read what a keyfile holds once it is not encrypted: btwallet's JSON of every age (keys in any order, nulls, one with
 * a blank before its name), a bare seed or private key in hex, or a bare phrase. Its address decides which of the
 * secrets and which scheme is meant. TaoceptionError `bad-keyfile`.
 */
export function parseKeyfile(bytes: Uint8Array): StoredKey {
  const content = Buffer.from(bytes).toString("utf8").trim();
  if (!content.startsWith("{")) return bare(content);
  const fields = fieldsOf(content);
  const scheme = schemeOf(fields.cryptoType);
  const schemes: Scheme[] = scheme === null ? ["sr25519", "ed25519"] : [scheme, other(scheme)];
  const address = fields.ss58Address?.trim() || undefined;
  if (address !== undefined && decodeAddress(address) === null) throw bad(`${address} is no address`);
  const origins = originsOf(fields);
  for (const each of schemes)
    for (const origin of origins) {
      const key = keyOf(origin, each);
      if (key && (address === undefined || key.address === address)) return key;
    }
  if (origins.length > 0) throw bad("its address is not its key's");
  const publicKey =
    address === undefined ? unhex(fields.publicKey ?? fields.accountId, 32) : decodeAddress(address);
  if (!publicKey) throw bad("it holds no key");
  return publicPart(publicKey, scheme ?? "sr25519");
}

/** The same as one line of JSON, such as btwallet writes. A public part has no secret fields. */
export function writeKeyfile({ scheme, address, publicKey, secret }: StoredKey): Buffer {
  const account = hex(publicKey);
  const origin = secret?.reveal() ?? {};
  const { phrase, seed, expanded } = origin;
  const privateKey = expanded ?? (seed && (scheme === "sr25519" ? expandedOf(seed) : seed));
  const fields = {
    accountId: account,
    publicKey: account,
    ...(privateKey ? { privateKey: hex(privateKey) } : {}),
    ...(phrase === undefined ? {} : { secretPhrase: phrase }),
    ...(seed ? { secretSeed: hex(seed) } : {}),
    ss58Address: address,
    // sr25519 goes without saying: btwallet 4.0 reads no number; whoever knows ed25519 wants one
    ...(scheme === "ed25519" ? { cryptoType: 0 } : {}),
  };
  return Buffer.from(JSON.stringify(fields), "utf8");
}

/** The public part of a key, for the files that anybody may read. */
export function withoutSecret({ scheme, publicKey }: StoredKey): StoredKey {
  return publicPart(publicKey, scheme);
}

function bare(content: string): StoredKey {
  const seed = unhex(content, 32);
  const expanded = unhex(content, 64);
  const key = keyOf(seed ? { seed } : expanded ? { expanded } : { phrase: content });
  if (!key) throw bad("it is neither JSON nor a key in hex nor a phrase");
  return key;
}

function fieldsOf(content: string): z.infer<typeof Keyfile> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw bad("it begins as JSON and does not end so", cause);
  }
  const entries = Object.entries(value as object).map(([name, each]) => [name.trim(), each] as const);
  const named = Object.fromEntries(entries);
  if ("encoded" in named && "encoding" in named)
    throw bad("it is a polkadot.js export: import it there, and bring the phrase or the seed here");
  const fields = Keyfile.safeParse(named);
  if (!fields.success) throw bad(`its ${fields.error.issues[0]?.path.join(".")} is of another kind`);
  return fields.data;
}

function schemeOf(cryptoType: number | string | null | undefined): Scheme | null {
  if (cryptoType === undefined || cryptoType === null) return null;
  const scheme = SCHEMES[String(cryptoType).trim()];
  if (!scheme)
    throw bad(`its cryptoType ${cryptoType} is not a key that can sign here (0 ed25519, 1 sr25519)`);
  return scheme;
}

const other = (scheme: Scheme): Scheme => (scheme === "sr25519" ? "ed25519" : "sr25519");

/** Each secret by itself, the ones that say most first. What is there but malformed (some wallets wrote such) is none. */
function originsOf({ secretPhrase, secretSeed, privateKey }: z.infer<typeof Keyfile>): Origin[] {
  const [seed, short, expanded] = [unhex(secretSeed, 32), unhex(privateKey, 32), unhex(privateKey, 64)];
  return [
    ...(secretPhrase ? [{ phrase: secretPhrase }] : []),
    ...(seed ? [{ seed }] : []),
    ...(short ? [{ seed: short }] : []), // ed25519
    ...(expanded ? [{ expanded }] : []),
  ];
}

/** schnorrkel's MiniSecretKey::expand_ed25519: SHA-512, clamped, the scalar divided by the cofactor 8. */
function expandedOf(seed: Uint8Array): Uint8Array {
  const hash = createHash("sha512").update(seed).digest();
  hash.writeUInt8(hash.readUInt8(0) & 248, 0);
  hash.writeUInt8((hash.readUInt8(31) & 63) | 64, 31);
  let carry = 0;
  for (let at = 31; at >= 0; at -= 1) {
    const byte = hash.readUInt8(at);
    hash.writeUInt8((byte >> 3) | (carry << 5), at);
    carry = byte & 7;
  }
  return new Uint8Array(hash);
}

function unhex(value: string | null | undefined, bytes: number): Uint8Array | undefined {
  const digits = value?.trim().replace(/^0x/i, "") ?? "";
  return digits.length === bytes * 2 && /^[0-9a-f]+$/i.test(digits)
    ? new Uint8Array(Buffer.from(digits, "hex"))
    : undefined;
}

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
const bad = (why: string, cause?: unknown) => new TaoceptionError("bad-keyfile", why, { cause });
