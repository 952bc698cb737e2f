import { createHash } from "node:crypto";
import { z } from "zod";

/**
 * The one synapse that neurons here answer, at `POST /Taoception`: a request of the wire as v10 carries it. Its class
 * declares `required_hash_fields = ("method", "target", "payload")`, so that the signature covers the whole request.
 */
export const SYNAPSE = "Taoception";
const HASHED = ["method", "target", "payload"] as const;

const Text = z.string().refine((text) => text.isWellFormed(), "not Unicode");

/** What is read of a request's body; whatever else a v10 dendrite puts beside it counts for nothing. */
export const Asked = z.object({
  method: z.enum(["GET", "POST"]),
  /** Path and query, as on the wire. */
  target: Text.min(1).max(2_048),
  /** The body of the request, as text. */
  payload: Text,
});
export type Asked = z.infer<typeof Asked>;

/** What is read of an answer. `reply` is the answer's body: text, or base64 where it is bytes. */
export const Answered = z.object({
  status: z.number().int().min(200).max(599),
  reply: z.string(),
  encoding: z.enum(["text", "base64"]),
});
export type Answered = z.infer<typeof Answered>;

/** Of a synapse whose class declares nothing, sha3_256(""): no signature over it covers a body. */
export const UNCOVERED = sha3("");

/**
 * The hash that a v10 signature covers: sha3_256 over the hashes of the values as text, in the declared order. Only
 * strings and whole numbers have the same text in Python and here. Source: bittensor 10.5.0, `Synapse.body_hash`.
 */
export function bodyHash(values: readonly (string | number)[]): string {
  return values.length === 0 ? UNCOVERED : sha3(values.map((value) => sha3(textOf(value))).join(""));
}

/** The body hash of a request in our synapse. */
export function hashAsked(asked: Asked): string {
  return bodyHash(HASHED.map((name) => asked[name]));
}

function textOf(value: string | number): string {
  if (typeof value === "string" ? !value.isWellFormed() : !Number.isSafeInteger(value))
    throw new RangeError("only Unicode strings and whole numbers have one hash in v10");
  return String(value);
}

function sha3(text: string): string {
  return createHash("sha3-256").update(text, "utf8").digest("hex");
}
