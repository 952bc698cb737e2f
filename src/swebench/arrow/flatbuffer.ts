/** A table of a flatbuffer. Whatever leads out of its bytes throws RangeError; a slot that is absent reads as null or 0. */
export interface Table {
  /** A whole number of so many bytes. */
  whole(slot: number, bytes: 1 | 2 | 4 | 8): number;
  text(slot: number): string;
  table(slot: number): Table | null;
  tables(slot: number): Generator<Table>;
  /** Pairs of 64-bit numbers. */
  pairs(slot: number): Generator<[number, number]>;
  /** 64-bit numbers. */
  longs(slot: number): Generator<number>;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The root table of a flatbuffer. Source: the format's own description of its binary layout. */
export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const follow = (place: number) => place + view.getUint32(place, true);
  const long = (place: number) => Number(view.getBigInt64(place, true));

  function tableAt(place: number): Table {
    const slots = place - view.getInt32(place, true);
    const size = view.getUint16(slots, true);
    const field = (slot: number) => {
      const at = 4 + 2 * slot;
      const offset = at + 2 <= size ? view.getUint16(slots + at, true) : 0;
      return offset === 0 ? null : place + offset;
    };
    function* vector<T>(slot: number, stride: number, read: (place: number) => T): Generator<T> {
      const at = field(slot);
      if (at === null) return;
      const start = follow(at);
      const count = view.getUint32(start, true);
      for (let i = 0; i < count; i += 1) yield read(start + 4 + i * stride);
    }
    return {
      whole(slot, width) {
        const at = field(slot);
        if (at === null) return 0;
        if (width === 8) return long(at);
        return width === 4
          ? view.getInt32(at, true)
          : width === 2
            ? view.getInt16(at, true)
            : view.getUint8(at);
      },
      text(slot) {
        const at = field(slot);
        if (at === null) return "";
        const start = follow(at);
        const length = view.getUint32(start, true);
        if (start + 4 + length > bytes.length) throw new RangeError("a name leads out of its message");
        return decoder.decode(bytes.subarray(start + 4, start + 4 + length));
      },
      table(slot) {
        const at = field(slot);
        return at === null ? null : tableAt(follow(at));
      },
      tables: (slot) => vector(slot, 4, (at) => tableAt(follow(at))),
      pairs: (slot) => vector(slot, 16, (at) => [long(at), long(at + 8)]),
      longs: (slot) => vector(slot, 8, long),
    };
  }
  return tableAt(follow(0));
}
