/**
 * What is used of Node's WebAssembly (WebAssembly JavaScript interface). TypeScript has it in the library for
 * browsers alone, whose other names would then be taken for Node's too.
 */
export interface Module {
  readonly "a module": unique symbol;
}
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
export type Exports = Readonly<Record<string, unknown>>;
export type Imports = Record<string, Record<string, unknown>>;

interface Engine {
  Module: {
    new (wasm: Uint8Array): Module;
    exports(module: Module): { name: string; kind: string }[];
    imports(module: Module): { module: string; name: string; kind: string }[];
  };
  Instance: new (module: Module, imports: Imports) => { readonly exports: Exports };
  Memory: new (size: { initial: number; maximum?: number }) => Memory;
  Global: new (type: { value: "i32" }) => { readonly value: number };
}

export const wasm = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
