import { zstdDecompressSync } from "node:zlib";
import { TaoceptionError } from "../platform/index.ts";

/** What comes before zstd where code is compressed, and what WebAssembly begins with. */
const COMPRESSED = Buffer.from("52bc537646db8e05", "hex");
const WASM = Buffer.from("0061736d01000000", "hex");
/** As nodes bound it (`sp-maybe-compressed-blob`). */
const MOST = 50 * 1024 * 1024;

/** Whether these bytes begin as a runtime's do. */
export function isBlob(bytes: Uint8Array): boolean {
  return startsWith(bytes, COMPRESSED) || startsWith(bytes, WASM);
}

/** The WebAssembly of a runtime as it lies under `:code`, compressed or not. TaoceptionError `bad-runtime`. */
export function readBlob(bytes: Uint8Array): Uint8Array {
  const wasm = startsWith(bytes, COMPRESSED) ? decompress(bytes.subarray(COMPRESSED.length)) : bytes;
  if (!startsWith(wasm, WASM)) throw bad("it is neither WebAssembly nor compressed as runtimes are");
  return wasm;
}

function decompress(bytes: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MOST });
  } catch (cause) {
    throw bad("its zstd cannot be read, or it is larger than 50 MiB", cause);
  }
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, magic.length), magic) === 0;
}

function bad(why: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("bad-runtime", `the runtime's code cannot be read: ${why}`, { cause });
}
