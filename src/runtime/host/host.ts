import type { Guest } from "../guest.ts";
import type { Heap } from "../heap.ts";
import type { Overlay } from "../overlay.ts";

/** A host function as WebAssembly calls it: i32 are numbers, signed, and i64 bigints. */
// biome-ignore lint/suspicious/noExplicitAny: each function has parameters of its own, which WebAssembly checks
export type HostFunction = (...parameters: any[]) => unknown;
export type HostFunctions = Readonly<Record<string, HostFunction>>;

/** Whether a signature is this public key's over the message; malformed input of any kind is false. */
export type Verify = (
  scheme: "sr25519" | "ed25519",
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
) => boolean;

/** What the runtime says while it runs. `level` is `error`, `warn` or lower. */
export interface Said {
  level: "error" | "warn" | "info" | "debug" | "trace";
  target: string;
  text: string;
}

/** What host functions work on during one call into a runtime. */
export interface Surroundings {
  guest: Guest;
  heap: Heap;
  overlay: Overlay;
  verify: Verify;
  /** The SCALE-encoded version of another runtime's blob, if it has one. */
  versionOf(code: Uint8Array): Uint8Array | undefined;
  say(said: Said): void;
}
