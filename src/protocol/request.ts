import type { Hash } from "./hash.ts";

/** What btauth/1 signs: one HTTP request from one hotkey to another. */
export interface SignedRequest {
  method: string;
  /** The request target as on the wire: percent-encoded path and query. */
  target: string;
  /** sha256 of the body. */
  bodyHash: Hash;
  /** Unix time in nanoseconds, decimal; exceeds 2^53, so it stays a string. */
  nonce: string;
  sender: string;
  /** Receiver's ss58, or null when unbound. */
  receiver: string | null;
  scheme: "sr25519" | "ed25519";
}

/**
 * The bytes that a btauth/1 signature covers, as text: eight lines, no newline at the end.
 * Source: the signed-requests guide of the Bittensor documentation (btauth/1).
 */
export function signedText(request: SignedRequest): string {
  return [
    "btauth/1",
    request.scheme,
    request.method.toUpperCase(),
    request.target,
    request.bodyHash,
    request.nonce,
    request.sender,
    request.receiver ?? "-",
  ].join("\n");
}
