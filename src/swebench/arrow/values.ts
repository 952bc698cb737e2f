import { type Cells, OUTSIDE } from "./cells.ts";
import { Kind } from "./schema.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads values of a file of so many bytes: text, lists of it, dictionaries of either; null where there is none. Values
 * that share their bytes are refused once more is read than the file can mean. Throws what is wrong.
 */
export function valueReader(fileBytes: number): (cells: Cells, at: number) => unknown {
  let left = 64 * fileBytes;
  const spend = (amount: number) => {
    left -= amount;
    if (left < 0) throw new Error("its values hold far more than its bytes");
  };

  function valueAt(cells: Cells, at: number): unknown {
    const { field, buffers, children, dictionary } = cells;
    if (!(at >= 0 && at < cells.length)) throw new Error(OUTSIDE);
    if (field.kind === Kind.Null || isNull(cells, at)) return null;
    if (dictionary) return coded(cells, at);
    const [, offsets, bytes] = buffers;
    switch (field.kind) {
      case Kind.Utf8:
      case Kind.LargeUtf8: {
        const [start, end] = span(offsets, at, field.kind === Kind.LargeUtf8, bytes?.byteLength ?? 0);
        spend(end - start);
        return bytes && decoder.decode(new DataView(bytes.buffer, bytes.byteOffset + start, end - start));
      }
      case Kind.List:
      case Kind.LargeList: {
        const [child] = children;
        if (child === undefined) throw new Error("a list of it is of nothing");
        const [start, end] = span(offsets, at, field.kind === Kind.LargeList, child.length);
        spend(end - start);
        return Array.from({ length: end - start }, (_, i) => valueAt(child, start + i));
      }
      default:
        throw new Error(
          `its column ${field.name} is neither text nor a list of it (Arrow's type ${field.kind})`,
        );
    }
  }

  function coded({ field, buffers: [, keys], dictionary }: Cells, at: number): unknown {
    const key = whole(keys, at, field.dictionary?.bytes ?? 4);
    if (dictionary?.read.has(key)) return dictionary.read.get(key);
    let inPart = key;
    for (const part of dictionary?.parts ?? []) {
      if (inPart < part.length) {
        const value = valueAt(part, inPart);
        dictionary?.read.set(key, value);
        return value;
      }
      inPart -= part.length;
    }
    throw new Error("a value of it is not in its dictionary");
  }

  return valueAt;
}

function isNull({ nulls, buffers: [present] }: Cells, at: number): boolean {
  return nulls !== 0 && present !== undefined && (present.getUint8(at >> 3) & (1 << (at & 7))) === 0;
}

function span(offsets: DataView | undefined, at: number, large: boolean, most: number): [number, number] {
  const width = large ? 8 : 4;
  const [start, end] = [whole(offsets, at, width), whole(offsets, at + 1, width)];
  if (!(start >= 0 && start <= end && end <= most)) throw new Error(OUTSIDE);
  return [start, end];
}

/** Keys may be unsigned, but none of a dictionary that a file can hold needs their last bit. */
function whole(view: DataView | undefined, at: number, bytes: 1 | 2 | 4 | 8): number {
  if (view === undefined) throw new Error(OUTSIDE);
  const place = at * bytes;
  if (bytes === 8) return Number(view.getBigInt64(place, true));
  return bytes === 4
    ? view.getInt32(place, true)
    : bytes === 2
      ? view.getUint16(place, true)
      : view.getUint8(place);
}
