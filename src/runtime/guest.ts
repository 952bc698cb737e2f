import { TaoceptionError } from "../platform/index.ts";
import type { Heap } from "./heap.ts";
import type { Memory } from "./wasm.ts";

/**
 * A runtime's memory as its host sees it. Substrate passes bytes as one i64: the pointer in its lower half, the
 * length in its upper one. What has a fixed length is passed as a pointer alone.
 */
export interface Guest {
  /** A copy. */
  bytes(span: bigint): Uint8Array;
  /** The bytes as lower-case hex, as states have their keys. */
  hex(span: bigint): string;
  /** A copy of `length` bytes. */
  fixed(pointer: number, length: number): Uint8Array;
  /** Write into a buffer of the runtime's own. */
  fill(span: bigint, bytes: Uint8Array): void;
  /** Into newly allocated memory; its span. */
  give(bytes: Uint8Array): bigint;
  /** Into newly allocated memory; its pointer. */
  giveFixed(bytes: Uint8Array): number;
}

export function openGuest(memory: Memory, { heap }: { heap: Heap }): Guest {
  function at(pointer: number, length: number): Buffer {
    if (pointer + length > memory.buffer.byteLength)
      throw new TaoceptionError(
        "bad-pointer",
        `the runtime passes ${length} bytes at ${pointer}, outside its memory`,
      );
    return Buffer.from(memory.buffer, pointer, length);
  }
  const spanned = (span: bigint) => at(...split(span));
  function giveFixed(bytes: Uint8Array): number {
    const pointer = heap.malloc(bytes.length);
    at(pointer, bytes.length).set(bytes);
    return pointer;
  }
  return {
    bytes: (span) => Uint8Array.from(spanned(span)),
    hex: (span) => spanned(span).toString("hex"),
    fixed: (pointer, length) => Uint8Array.from(at(pointer >>> 0, length)),
    fill: (span, bytes) => spanned(span).set(bytes),
    give: (bytes) => span(giveFixed(bytes), bytes.length),
    giveFixed,
  };
}

/** Pointer and length as one i64. */
function span(pointer: number, length: number): bigint {
  return BigInt.asIntN(64, BigInt(pointer) | (BigInt(length) << 32n));
}

/** Pointer and length of an i64. */
function split(joined: bigint): [pointer: number, length: number] {
  return [Number(BigInt.asUintN(32, joined)), Number(BigInt.asUintN(32, joined >> 32n))];
}

/** How many bytes a span has. */
export function lengthOf(joined: bigint): number {
  return split(joined)[1];
}
