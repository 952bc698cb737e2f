import { TaoceptionError } from "../platform/index.ts";
import type { Memory } from "./wasm.ts";

const PAGE = 65_536;
const HEADER = 8;
const SMALLEST = 8;
/** As Substrate has it: 8 bytes, 16, … to 32 MiB. */
const ORDERS = 23;
/** In a header's second word; a freed block has none. */
const OCCUPIED = 1;

/** What the runtime's own allocator asks its host for. */
export interface Heap {
  /** A pointer to so many bytes, aligned to 8. */
  malloc(size: number): number;
  free(pointer: number): void;
}

/**
 * Substrate's allocator (`sc-allocator`, "freeing bump"): sizes are rounded up to a power of two, a freed block goes
 * onto its size's list, and where that is empty the heap grows. A block's size lies in the 8 bytes before it.
 * TaoceptionErrors: `out-of-memory`, `bad-free`.
 */
export function openHeap(memory: Memory, base: number, { mostPages }: { mostPages: number }): Heap {
  const free: number[][] = Array.from({ length: ORDERS }, () => []);
  let top = Math.ceil(base / SMALLEST) * SMALLEST;
  let view = new DataView(memory.buffer);
  const current = () => {
    if (view.buffer !== memory.buffer) view = new DataView(memory.buffer);
    return view;
  };

  function grow(size: number): number {
    const end = top + size;
    if (end > memory.buffer.byteLength) {
      const pages = memory.buffer.byteLength / PAGE;
      const needed = Math.ceil(end / PAGE);
      if (needed > mostPages) throw exhausted(`it holds ${mostPages} pages at most`);
      try {
        memory.grow(Math.min(mostPages, Math.max(needed, pages * 2)) - pages);
      } catch (cause) {
        throw exhausted("it cannot grow", cause);
      }
    }
    const at = top;
    top = end;
    return at;
  }

  return {
    malloc(size) {
      const order = orderOf(size);
      const at = free[order]?.pop() ?? grow(HEADER + SMALLEST * 2 ** order);
      current().setUint32(at, order, true);
      current().setUint32(at + 4, OCCUPIED, true);
      return at + HEADER;
    },
    free(pointer) {
      const at = pointer - HEADER;
      if (at < base || pointer > top) throw stray(pointer);
      const list = free[current().getUint32(at, true)];
      if (list === undefined || current().getUint32(at + 4, true) !== OCCUPIED) throw stray(pointer);
      current().setUint32(at + 4, 0, true);
      list.push(at);
    },
  };
}

function orderOf(size: number): number {
  const order = Math.max(0, Math.ceil(Math.log2(size)) - Math.log2(SMALLEST));
  if (order >= ORDERS) throw exhausted(`${size} bytes at once are too many`);
  return order;
}

function exhausted(why: string, cause?: unknown): TaoceptionError {
  return new TaoceptionError("out-of-memory", `the runtime's memory is full: ${why}`, { cause });
}

function stray(pointer: number): TaoceptionError {
  return new TaoceptionError("bad-free", `the runtime frees ${pointer}, which it was not given`);
}
