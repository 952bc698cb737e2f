import { hash } from "node:crypto";
import { signedText } from "../protocol/index.ts";
import { type Keypair, type Scheme, verifySignature } from "./keys.ts";
import type { Replays } from "./replays.ts";
import { decodeAddress } from "./ss58.ts";

/** Longest age and largest lead of a nonce, in milliseconds. */
export const MAX_AGE_MS = 10_000;
export const MAX_SKEW_MS = 2_000;

/** Why a request is not believed. `busy` is ours: the replay store has no room, so it is refused. */
export type Disbelief =
  | "unsigned"
  | "malformed"
  | "wrong-receiver"
  | "stale"
  | "future"
  | "bad-signature"
  | "replayed"
  | "busy";

export type Verified = { ok: true; sender: string; nonce: string } | { ok: false; code: Disbelief };

/** A signature's claims, read from headers and not yet believed. */
export interface Claims {
  sender: string;
  receiver: string;
  nonce: string;
  signature: Uint8Array;
}

/**
 * The btauth/1 headers of one request. `target` is the path and query as on the wire; `nonce` must be new for each
 * attempt, retries too. `receiver` null leaves the request unbound; servers refuse that.
 */
export function signRequest(
  request: { method: string; target: string; body: Uint8Array; nonce: string; receiver: string | null },
  keypair: Keypair,
): Record<string, string> {
  const bodyHash = hash("sha256", request.body);
  const text = signedText({ ...request, bodyHash, sender: keypair.address, scheme: keypair.scheme });
  return {
    "X-Bittensor-Version": "1",
    "X-Bittensor-Hotkey": keypair.address,
    ...(request.receiver === null ? {} : { "X-Bittensor-Receiver": request.receiver }),
    "X-Bittensor-Nonce": request.nonce,
    ...(keypair.scheme === "sr25519" ? {} : { "X-Bittensor-Crypto": keypair.scheme }),
    "X-Bittensor-Signature": `0x${Buffer.from(keypair.sign(Buffer.from(text, "utf8"))).toString("hex")}`,
  };
}

/**
 * The checks that need no body, in btauth/1's order: shape, receiver, freshness. Cheap, so they come before a
 * server reads anything. `scheme` is the one that this server trusts; the header may only agree with it.
 */
export function readClaims(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  { receiver, scheme = "sr25519", nowMs }: { receiver: string; scheme?: Scheme; nowMs: number },
): { ok: true; claims: Claims } | { ok: false; code: Disbelief } {
  const header = (name: string) => headers[`x-bittensor-${name}`];
  const [version, sender, bound, nonce, signature] = [
    "version",
    "hotkey",
    "receiver",
    "nonce",
    "signature",
  ].map(header);
  if (signature === undefined || sender === undefined) return { ok: false, code: "unsigned" };
  const shaped =
    version === "1" &&
    typeof sender === "string" &&
    decodeAddress(sender) !== null &&
    typeof nonce === "string" &&
    /^[1-9]\d{0,19}$/.test(nonce) &&
    typeof signature === "string" &&
    /^0x[0-9a-f]{128}$/.test(signature) &&
    (header("crypto") ?? "sr25519") === scheme;
  if (!shaped) return { ok: false, code: "malformed" };
  if (bound !== receiver) return { ok: false, code: "wrong-receiver" };
  const outOfTime = freshness(nonce, nowMs);
  if (outOfTime !== null) return { ok: false, code: outOfTime };
  return {
    ok: true,
    claims: { sender, receiver, nonce, signature: Buffer.from(signature.slice(2), "hex") },
  };
}

/** Whether a nonce (Unix nanoseconds, decimal) is out of its time, and how; null when it is fresh. */
export function freshness(nonce: string, nowMs: number): "stale" | "future" | null {
  const age = BigInt(Math.trunc(nowMs)) * 1_000_000n - BigInt(nonce);
  if (age > BigInt(MAX_AGE_MS) * 1_000_000n) return "stale";
  return -age > BigInt(MAX_SKEW_MS) * 1_000_000n ? "future" : null;
}

/** Whether the claims' signature covers this request. */
export function verifyClaims(
  claims: Claims,
  request: { method: string; target: string; body: Uint8Array },
  scheme: Scheme = "sr25519",
): boolean {
  const { sender, receiver, nonce } = claims;
  const { method, target, body } = request;
  const bodyHash = hash("sha256", body);
  const text = signedText({ method, target, bodyHash, nonce, sender, receiver, scheme });
  return verifySignature(scheme, Buffer.from(text, "utf8"), claims.signature, sender);
}

/** Write a nonce down, or say why the request must be refused. Only for claims whose signature was verified. */
export function spendNonce(
  claims: Pick<Claims, "sender" | "nonce">,
  replays: Replays,
  nowMs: number,
): "replayed" | "busy" | null {
  const until = Number(BigInt(claims.nonce) / 1_000_000n) + MAX_AGE_MS + MAX_SKEW_MS;
  const added = replays.add(claims.sender, claims.nonce, until, nowMs);
  return added === "fresh" ? null : added === "full" ? "busy" : "replayed";
}

/** All of btauth/1 at once: shape, receiver, freshness, signature, then the replay store. */
export function verifyRequest(
  request: {
    method: string;
    target: string;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    body: Uint8Array;
  },
  {
    receiver,
    scheme = "sr25519",
    replays,
    nowMs,
  }: { receiver: string; scheme?: Scheme; replays: Replays; nowMs: number },
): Verified {
  const read = readClaims(request.headers, { receiver, scheme, nowMs });
  if (!read.ok) return read;
  if (!verifyClaims(read.claims, request, scheme)) return { ok: false, code: "bad-signature" };
  const spent = spendNonce(read.claims, replays, nowMs);
  if (spent !== null) return { ok: false, code: spent };
  return { ok: true, sender: read.claims.sender, nonce: read.claims.nonce };
}
