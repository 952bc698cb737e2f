import { TaoceptionError } from "../platform/index.ts";
import { type Guest, openGuest } from "./guest.ts";
import { openHeap } from "./heap.ts";
import { crypto } from "./host/crypto.ts";
import { hashing } from "./host/hashing.ts";
import type { HostFunctions, Surroundings } from "./host/host.ts";
import { misc } from "./host/misc.ts";
import { storage } from "./host/storage.ts";
import type { MemoryImport } from "./memoryImport.ts";
import { type Exports, type Imports, type Memory, type Module, wasm } from "./wasm.ts";

/** Where the heap begins, if a module does not export `__heap_base`. */
const USUAL_HEAP_BASE = 1024 * 1024;
/** 256 MiB: a runtime that wants more has gone wrong. */
const MOST_PAGES = 4_096;

/**
 * A fresh instance of a runtime, with memory of its own that it imports or exports. TaoceptionError `bad-runtime`
 * when it wants what no host gives; what this host lacks is told when the runtime calls it (`missing-import`).
 */
export function instantiate(
  { module, memory: wanted }: { module: Module; memory: MemoryImport | undefined },
  surroundings: Omit<Surroundings, "guest" | "heap">,
): { exports: Exports; guest: Guest } {
  const imports: Imports = {};
  const place = (name: string, field: string, value: unknown) => {
    const fields = imports[name] ?? {};
    imports[name] = { ...fields, [field]: value };
  };
  // a runtime may call its host only once it runs, and its heap is known only then
  let functions: HostFunctions = {};
  for (const { module: from, name, kind } of wasm.Module.imports(module))
    if (kind === "function")
      place(from, name, (...given: unknown[]) => hostFunction(functions, name)(...given));
  const own = wanted && new wasm.Memory(sizes(wanted));
  if (wanted && own) place(wanted.module, wanted.name, own);
  const exports = exportsOf(module, imports);
  const memory = own ?? exports.memory;
  if (!(memory instanceof wasm.Memory)) throw bad("it has no memory");
  const base = exports.__heap_base instanceof wasm.Global ? exports.__heap_base.value : USUAL_HEAP_BASE;
  const mostPages = Math.min(wanted?.most ?? MOST_PAGES, MOST_PAGES);
  const heap = openHeap(memory as Memory, base, { mostPages });
  const guest = openGuest(memory as Memory, { heap });
  const all: Surroundings = { ...surroundings, guest, heap };
  functions = { ...storage(all), ...hashing(all), ...crypto(all), ...misc(all) };
  return { exports, guest };
}

function hostFunction(functions: HostFunctions, name: string): HostFunctions[string] {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined)
    throw new TaoceptionError("missing-import", `the runtime calls ${name}, which this host does not have`);
  return found;
}

function exportsOf(module: Module, imports: Imports): Exports {
  try {
    return new wasm.Instance(module, imports).exports;
  } catch (cause) {
    if (cause instanceof TaoceptionError) throw cause;
    throw bad("it cannot be started", cause);
  }
}

function sizes({ least, most }: MemoryImport): { initial: number; maximum?: number } {
  if (least > MOST_PAGES) throw bad(`it wants ${least} pages of memory`);
  return most === undefined ? { initial: least } : { initial: least, maximum: most };
}

function bad(why: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("bad-runtime", `the runtime cannot be run: ${why}`, { cause });
}
