import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";
import { isBlob, readBlob } from "./blob.ts";
import { parseExact } from "./exactJson.ts";
import { put, type State } from "./trie.ts";

/** Where a runtime's code lies in a state. */
export const CODE = Buffer.from(":code").toString("hex");

/** What a chain is made of. */
export interface Spec {
  name: string;
  id: string;
  properties: Readonly<Record<string, unknown>>;
  /** As it lies under `:code`. */
  code: Uint8Array;
  genesis:
    | { state: State }
    /** The whole configuration, or what is laid over the runtime's own; by nothing given, the runtime's choice. */
    | { config: unknown }
    | { patch: unknown }
    | "runtime's own";
}

const Hex = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/i, "not bytes as 0x and hex")
  .transform((text) => text.slice(2).toLowerCase());
const Raw = z.object({
  top: z.record(Hex, Hex),
  childrenDefault: z
    .record(z.string(), z.unknown())
    .default({})
    .refine((children) => Object.keys(children).length === 0, "child tries are not supported"),
});
const Configured = z.object({ code: Hex, patch: z.unknown().optional(), config: z.unknown().optional() });
const ChainSpec = z.object({
  name: z.string().max(200),
  id: z.string().max(200),
  properties: z.record(z.string(), z.unknown()).nullish(),
  genesis: z.union([z.object({ raw: Raw }), z.object({ runtimeGenesis: Configured })]),
});

/**
 * Read a file that a user gives as a chain: a chain spec as nodes write it with `build-spec`, plain or raw, or a
 * runtime's blob alone. TaoceptionErrors: `bad-spec`, `bad-runtime`.
 */
export function readSpec(bytes: Uint8Array): Spec {
  if (isBlob(bytes)) {
    readBlob(bytes);
    return { name: "Runtime", id: "runtime", properties: {}, code: bytes, genesis: "runtime's own" };
  }
  const parsed = ChainSpec.safeParse(jsonOf(bytes));
  if (!parsed.success) throw bad(z.prettifyError(parsed.error).replace(/\s+/g, " ").slice(0, 1_000));
  const { name, id, properties, genesis } = parsed.data;
  const told = { name, id, properties: properties ?? {} };
  if ("raw" in genesis) {
    let state: State;
    for (const [key, value] of Object.entries(genesis.raw.top))
      state = put(state, key, Buffer.from(value, "hex"));
    const code = genesis.raw.top[CODE];
    if (!code) throw bad("its raw genesis has no :code");
    return { ...told, code: Buffer.from(code, "hex"), genesis: { state } };
  }
  const { code, patch, config } = genesis.runtimeGenesis;
  if (code === "") throw bad("its runtime has no code");
  const given = config !== undefined ? { config } : { patch: patch ?? {} };
  return { ...told, code: Buffer.from(code, "hex"), genesis: given };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseExact(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw bad("it is neither JSON nor a runtime's code", cause);
  }
}

function bad(why: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("bad-spec", `the chain spec cannot be read: ${why}`, { cause });
}
