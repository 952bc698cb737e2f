import { TaoceptionError } from "../platform/index.ts";
import { readBlob } from "./blob.ts";
import type { Said, Verify } from "./host/host.ts";
import { instantiate } from "./instance.ts";
import { type MemoryImport, memoryImport } from "./memoryImport.ts";
import { openOverlay } from "./overlay.ts";
import type { State } from "./trie.ts";
import { type Module, wasm } from "./wasm.ts";

/** Where a runtime tells its panics, just before it traps (`sp-io`); its pallets log under names of their own. */
const PANICS = "runtime";

/** A runtime that can be called: it keeps nothing from one call to the next. */
export interface Runtime {
  readonly module: Module;
  readonly memory: MemoryImport | undefined;
  readonly methods: ReadonlySet<string>;
}

/** What a call into a runtime needs from outside. */
export interface Host {
  verify: Verify;
  /** Hears what the runtime logs. */
  say?: (said: Said) => void;
}

/** Compile a runtime from what lies under `:code`. TaoceptionError `bad-runtime`. */
export function compile(code: Uint8Array): Runtime {
  const bytes = readBlob(code);
  let module: Module;
  try {
    module = new wasm.Module(bytes);
  } catch (cause) {
    throw new TaoceptionError("bad-runtime", "the runtime's code is no WebAssembly that this Node runs", {
      cause,
    });
  }
  const functions = wasm.Module.exports(module).filter(({ kind }) => kind === "function");
  return { module, memory: memoryImport(bytes), methods: new Set(functions.map(({ name }) => name)) };
}

/**
 * Call a method of a runtime's API on a state. Gives what it returned, still SCALE, and the state as it left it. An
 * endless loop in a runtime cannot be interrupted: it runs on this thread.
 *
 * TaoceptionErrors: `no-method`; `runtime-trap` when the runtime panics, with its own words;
 * `missing-import` when it calls what this host does not have; `bad-runtime`, `bad-pointer`, `bad-free`,
 * `bad-transaction`, `bad-scale` and `out-of-memory` when it does not keep to the host's rules.
 */
export function call(
  runtime: Runtime,
  { state, method, input }: { state: State; method: string; input: Uint8Array },
  { verify, say = () => {} }: Host,
): { output: Uint8Array; state: State } {
  if (!runtime.methods.has(method))
    throw new TaoceptionError("no-method", `the runtime has no method ${method}`);
  let panic = "";
  const hear = (said: Said) => {
    if (said.level === "error" && said.target === PANICS) panic = said.text;
    say(said);
  };
  const overlay = openOverlay(state);
  const versionOf = (code: Uint8Array) => embeddedVersion(code, { verify });
  const { exports, guest } = instantiate(runtime, { overlay, verify, say: hear, versionOf });
  const entry = exports[method] as (pointer: number, length: number) => unknown;
  try {
    const returned = entry(input.length === 0 ? 0 : guest.giveFixed(input), input.length);
    if (typeof returned !== "bigint")
      throw new TaoceptionError("bad-runtime", `${method} gives no pointer and length`);
    return { output: guest.bytes(returned), state: overlay.state() };
  } catch (cause) {
    if (cause instanceof TaoceptionError) throw cause;
    const why = panic || (cause instanceof Error ? cause.message : String(cause));
    throw new TaoceptionError("runtime-trap", `the runtime trapped in ${method}: ${why}`, { cause });
  }
}

/** The version that a blob tells of itself; none if it cannot. */
function embeddedVersion(code: Uint8Array, host: Host): Uint8Array | undefined {
  try {
    return call(compile(code), { state: undefined, method: "Core_version", input: new Uint8Array() }, host)
      .output;
  } catch {
    return undefined;
  }
}
