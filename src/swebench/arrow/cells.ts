import type { Table } from "./flatbuffer.ts";
import type { Field } from "./schema.ts";

/** A column's values of one record batch, as they lie. */
export interface Cells {
  field: Field;
  length: number;
  nulls: number;
  buffers: DataView[];
  children: Cells[];
  /** Its dictionary as it stands when the batch comes; null where its values are its own. */
  dictionary: Dictionary | null;
}

export interface Dictionary {
  parts: readonly Cells[];
  /** Values by their keys, so that each is read once. */
  read: Map<number, unknown>;
}

/** What is wrong with values that are asked for outside of where they lie. */
export const OUTSIDE = "a value lies outside of its message";

export class CompressedBody extends Error {}

/** The columns of a record batch, by the fields that it is of. Throws what is wrong with it. */
export function cellsOf(
  batch: Table,
  body: Uint8Array,
  fields: readonly Field[],
  dictionaries: ReadonlyMap<number, Dictionary>,
): Cells[] {
  if (batch.table(3) !== null) throw new CompressedBody("its bodies are compressed");
  const [nodes, regions, views] = [batch.pairs(1), batch.pairs(2), batch.longs(4)];
  const buffer = () => {
    const [start, length] = next(regions);
    if (!(start >= 0 && length >= 0 && start + length <= body.length)) throw new Error(OUTSIDE);
    return new DataView(body.buffer, body.byteOffset + start, length);
  };
  const read = (field: Field): Cells => {
    const [length, nulls] = next(nodes);
    if (!(length >= 0)) throw new Error(OUTSIDE);
    const { dictionary: coded } = field;
    let left = coded ? 2 : field.buffers;
    if (!coded && field.isView) left += next(views);
    const buffers: DataView[] = [];
    for (; left > 0; left -= 1) buffers.push(buffer());
    const children = coded ? [] : field.children.map(read);
    const dictionary = coded && (dictionaries.get(coded.id) ?? { parts: [], read: new Map() });
    return { field, length, nulls, buffers, children, dictionary };
  };
  return fields.map(read);
}

function next<T>(values: Generator<T>): T {
  const { done, value } = values.next();
  if (done) throw new Error("a batch of it says too little");
  return value;
}
