import { TaoceptionError } from "../platform/index.ts";

const IMPORTS = 2;
const MEMORY = 2;

/** What a module wants of the memory that it imports, in pages of 64 KiB. */
export interface MemoryImport {
  module: string;
  name: string;
  least: number;
  most: number | undefined;
}

/**
 * The memory that a module imports, if it does. JavaScript tells that it is there but not how large it must be, so
 * the import section is read here (WebAssembly core specification, "Binary format"). The module must be valid.
 */
export function memoryImport(wasm: Uint8Array): MemoryImport | undefined {
  let at = 8;
  const byte = () => {
    const value = wasm[at];
    if (value === undefined) throw new TaoceptionError("bad-runtime", "the WebAssembly module is cut off");
    at += 1;
    return value;
  };
  function leb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const part = byte();
      value += (part & 0x7f) * 2 ** shift;
      if ((part & 0x80) === 0) return value;
    }
  }
  function name(): string {
    const length = leb();
    at += length;
    return Buffer.from(wasm.subarray(at - length, at)).toString("utf8");
  }
  function limits(): { least: number; most: number | undefined } {
    const bounded = (byte() & 1) === 1;
    return { least: leb(), most: bounded ? leb() : undefined };
  }
  while (at < wasm.length) {
    const id = byte();
    const size = leb();
    if (id !== IMPORTS) {
      at += size;
      continue;
    }
    for (let left = leb(); left > 0; left -= 1) {
      const named = { module: name(), name: name() };
      const kind = byte();
      if (kind === MEMORY) return { ...named, ...limits() };
      if (kind === 0) leb();
      else if (kind === 1) {
        byte();
        limits();
      } else at += 2; // a global's type, or a tag's
    }
    return undefined;
  }
  return undefined;
}
