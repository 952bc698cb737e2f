import { blake2b } from "@noble/hashes/blake2.js";
import { compact, u32 } from "@polkadot-api/substrate-bindings";
import { TaoceptionError } from "../../platform/index.ts";
import type { Keypair } from "../keys.ts";
import type { Runtime } from "./runtime.ts";

/** Blocks for which a signed call is good. */
export const ERA_BLOCKS = 64;
/** An extrinsic of version 4 that is signed; a MultiAddress that is an account's id. */
const [SIGNED_V4, ID] = [0x84, 0x00];
/** Of a MultiSignature. */
const SCHEMES = { ed25519: 0x00, sr25519: 0x01 };
/** A payload that is longer is signed as its hash. */
const LONGEST_PAYLOAD = 256;
const NOTHING = new Uint8Array();

/** A block after which a call counts. */
export interface Birth {
  number: number;
  hash: string;
}

/**
 * Sign a call for one chain, one nonce and at most `ERA_BLOCKS` blocks after `birth`; no tip. The bytes as
 * `author_submitExtrinsic` takes them, length first.
 * Source: `sp_runtime::generic::{UncheckedExtrinsic, SignedPayload, Era}`.
 * TaoceptionError `chain-lacks` if the runtime wants something signed that we do not know.
 */
export function signCall(
  {
    call,
    nonce,
    birth,
    genesis,
    runtime,
  }: { call: Uint8Array; nonce: number; birth: Birth; genesis: string; runtime: Runtime },
  keypair: Keypair,
): Uint8Array {
  const { specVersion, transactionVersion } = runtime.version;
  const known: Record<string, [extra: Uint8Array, implicit: Uint8Array] | undefined> = {
    CheckMortality: [mortalEra(birth.number), bytes(birth.hash)],
    CheckNonce: [compact.enc(nonce), NOTHING],
    ChargeTransactionPayment: [compact.enc(0), NOTHING],
    CheckSpecVersion: [NOTHING, u32.enc(specVersion)],
    CheckTxVersion: [NOTHING, u32.enc(transactionVersion)],
    CheckGenesis: [NOTHING, bytes(genesis)],
    CheckMetadataHash: [Uint8Array.of(0), Uint8Array.of(0)], // not checked: mode 0, no hash
  };
  const parts = runtime.extensions.map(({ name, extra, implicit }): [Uint8Array, Uint8Array] => {
    const plain = name.replace(/Wrapper$/, "");
    const found = Object.hasOwn(known, plain) ? known[plain] : undefined;
    if (found) return found;
    if (isEmpty(extra) && isEmpty(implicit)) return [NOTHING, NOTHING];
    throw new TaoceptionError("chain-lacks", `the chain wants ${name} signed, which is not known here`, {
      mend: "use a newer version of this program",
    });
  });
  const extra = Buffer.concat(parts.map(([part]) => part));
  const payload = Buffer.concat([call, extra, ...parts.map(([, implicit]) => implicit)]);
  const signature = keypair.sign(
    payload.length > LONGEST_PAYLOAD ? blake2b(payload, { dkLen: 32 }) : payload,
  );
  const body = Buffer.concat(
    [[SIGNED_V4, ID], keypair.publicKey, [SCHEMES[keypair.scheme]], signature, extra, call].map((part) =>
      Buffer.from(part),
    ),
  );
  return Buffer.concat([compact.enc(body.length), body]);
}

/** Two bytes: a period of 64 blocks that begins at a block. */
function mortalEra(birth: number): Uint8Array {
  const encoded = Math.log2(ERA_BLOCKS) - 1 + ((birth % ERA_BLOCKS) << 4);
  return Uint8Array.of(encoded & 0xff, encoded >> 8);
}

/** Whether values of a type take no bytes. */
function isEmpty(type: Runtime["extensions"][number]["extra"]): boolean {
  if (type.type === "void") return true;
  if (type.type === "tuple") return type.value.every(isEmpty);
  return type.type === "struct" && Object.values(type.value).every(isEmpty);
}

const bytes = (hex: string): Uint8Array => Buffer.from(hex.slice(2), "hex");
