import { randomUUID } from "node:crypto";
import type { Disbelief } from "../btauth.ts";
import { type Keypair, verifySignature } from "../keys.ts";
import { decodeAddress } from "../ss58.ts";
import { UNCOVERED } from "./synapse.ts";

/** The version whose wire this is, 10.5.0, as v10 writes it. */
const VERSION = 10_005_000;
/** As v10 has it, one for each process. */
const uuid = randomUUID();

/** What a v10 request's headers claim, not yet believed. */
export interface LegacyClaims {
  sender: string;
  receiver: string;
  nonce: string;
  uuid: string;
  bodyHash: string;
  signature: Uint8Array;
}

/** Why a v10 request is not believed; `uncovered`: its signature would hold for any body. */
export type LegacyDisbelief = Disbelief | "uncovered" | "wrong-body";

type Signed = Pick<LegacyClaims, "sender" | "receiver" | "nonce" | "uuid" | "bodyHash">;

/** The text that a v10 dendrite signs. Source: bittensor 10.5.0, `Dendrite.preprocess_synapse_for_request`. */
export function legacyText({ nonce, sender, receiver, uuid: process, bodyHash }: Signed): string {
  return [nonce, sender, receiver, process, bodyHash].join(".");
}

/**
 * The headers of one v10 request for the synapse `name`. `fields` are its own fields, of which an axon wants an empty
 * value each; `port` and `ip` are the receiver's. Source: bittensor 10.5.0, `Synapse.to_headers`.
 */
export function legacyHeaders(
  request: {
    name: string;
    timeoutMs: number;
    receiver: string;
    ip: string;
    port: number;
    nonce: string;
    bodyHash: string;
    fields: readonly string[];
  },
  keypair: Keypair,
): Record<string, string> {
  const { name, timeoutMs, receiver, ip, port, nonce, bodyHash, fields } = request;
  const text = legacyText({ nonce, sender: keypair.address, receiver, uuid, bodyHash });
  return {
    name,
    timeout: (timeoutMs / 1000).toFixed(3),
    bt_header_axon_ip: ip,
    bt_header_axon_port: String(port),
    bt_header_axon_hotkey: receiver,
    bt_header_dendrite_version: String(VERSION),
    bt_header_dendrite_nonce: nonce,
    bt_header_dendrite_uuid: uuid,
    bt_header_dendrite_hotkey: keypair.address,
    bt_header_dendrite_signature: `0x${Buffer.from(keypair.sign(Buffer.from(text, "utf8"))).toString("hex")}`,
    ...Object.fromEntries(fields.map((field) => [`bt_header_input_obj_${field}`, emptyText])),
    computed_body_hash: bodyHash,
  };
}

/** Base64 of the JSON of an empty string. */
const emptyText = Buffer.from('""').toString("base64");

/**
 * A v10 request's claims: its shape and its receiver. An empty or missing signature is none (v10 up to 10.4.1 took it
 * for any hotkey's), and a hash that covers no body is refused.
 */
export function readLegacyClaims(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  receiver: string,
): { ok: true; claims: LegacyClaims } | { ok: false; code: LegacyDisbelief } {
  const [sender, nonce, process, signature] = ["hotkey", "nonce", "uuid", "signature"].map(
    (name) => headers[`bt_header_dendrite_${name}`],
  );
  const bodyHash = headers.computed_body_hash;
  if (!signature || !sender) return { ok: false, code: "unsigned" };
  if (
    typeof sender !== "string" ||
    decodeAddress(sender) === null ||
    typeof nonce !== "string" ||
    !/^[1-9]\d{0,19}$/.test(nonce) ||
    typeof process !== "string" ||
    !/^[0-9a-zA-Z-]{1,64}$/.test(process) ||
    typeof signature !== "string" ||
    !/^0x[0-9a-f]{128}$/.test(signature) ||
    typeof bodyHash !== "string" ||
    !/^[0-9a-f]{64}$/.test(bodyHash)
  )
    return { ok: false, code: "malformed" };
  if (bodyHash === UNCOVERED) return { ok: false, code: "uncovered" };
  if (headers.bt_header_axon_hotkey !== receiver) return { ok: false, code: "wrong-receiver" };
  const claims = { sender, receiver, nonce, uuid: process, bodyHash };
  return { ok: true, claims: { ...claims, signature: Buffer.from(signature.slice(2), "hex") } };
}

/** Whether the claims' signature covers them. Their body is covered when its hash is `bodyHash`, and only then. */
export function verifyLegacyClaims(claims: LegacyClaims): boolean {
  return verifySignature("sr25519", Buffer.from(legacyText(claims), "utf8"), claims.signature, claims.sender);
}

/**
 * The headers of an answer, by which a dendrite knows how it went. Like v10's, its signature covers no body, and no
 * dendrite looks at it. Source: bittensor 10.5.0, `AxonMiddleware.preprocess` and `synapse_to_response`.
 */
export function answerHeaders(
  { name, claims, nonce, status }: { name: string; claims: LegacyClaims; nonce: string; status: number },
  keypair: Keypair,
): Record<string, string> {
  const text = [nonce, claims.sender, keypair.address, uuid].join(".");
  return {
    name,
    bt_header_axon_version: String(VERSION),
    bt_header_axon_uuid: uuid,
    bt_header_axon_nonce: nonce,
    bt_header_axon_hotkey: keypair.address,
    bt_header_axon_status_code: String(status),
    bt_header_axon_status_message: "Success",
    bt_header_axon_signature: `0x${Buffer.from(keypair.sign(Buffer.from(text, "utf8"))).toString("hex")}`,
    bt_header_dendrite_nonce: claims.nonce,
    bt_header_dendrite_uuid: claims.uuid,
    bt_header_dendrite_hotkey: claims.sender,
  };
}
