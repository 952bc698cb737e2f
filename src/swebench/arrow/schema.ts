import type { Table } from "./flatbuffer.ts";

/** Numbers of Arrow's types, of those that are told apart here. Source: Schema.fbs of Apache Arrow. */
export const Kind = {
  Null: 1,
  Int: 2,
  Binary: 4,
  Utf8: 5,
  List: 12,
  Struct: 13,
  Union: 14,
  FixedSizeList: 16,
  Map: 17,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
  RunEndEncoded: 22,
  BinaryView: 23,
  Utf8View: 24,
  ListView: 25,
  LargeListView: 26,
} as const;
const LAST_KIND = 26;
const DENSE = 1;

/** A column's type, or a part of one. */
export interface Field {
  name: string;
  kind: number;
  /** Buffers of its own, before those of its children; more where its values are views. */
  buffers: number;
  isView: boolean;
  children: Field[];
  /** Where its values stand in a dictionary: which, of what, and how its keys are written. */
  dictionary: { id: number; bytes: 1 | 2 | 4 | 8 } | null;
}

/** A damaged schema may name one field a thousand times within another. */
const MOST_FIELDS = 10_000;

/** The columns of a schema message. Throws what is wrong with it. */
export function fieldsOf(schema: Table): Field[] {
  if (schema.whole(0, 2) !== 0) throw new Error("its numbers are big-endian");
  let seen = 0;
  const read = (field: Table): Field => {
    seen += 1;
    if (seen > MOST_FIELDS) throw new Error(`it has more than ${MOST_FIELDS} fields`);
    const kind = field.whole(2, 1);
    const coded = field.table(4);
    return {
      ...{ name: field.text(0), kind, buffers: buffersOf(kind, field.table(3)) },
      isView: kind === Kind.BinaryView || kind === Kind.Utf8View,
      children: [...field.tables(5).map(read)],
      dictionary: coded && { id: coded.whole(0, 8), bytes: keyBytes(coded.table(1)) },
    };
  };
  return [...schema.tables(1).map(read)];
}

function buffersOf(kind: number, type: Table | null): number {
  if (kind < Kind.Null || kind > LAST_KIND) throw new Error(`it has a type that nobody knows (${kind})`);
  switch (kind) {
    case Kind.Null:
    case Kind.RunEndEncoded:
      return 0;
    case Kind.Struct:
    case Kind.FixedSizeList:
      return 1;
    case Kind.Union:
      return type?.whole(0, 2) === DENSE ? 2 : 1;
    case Kind.Binary:
    case Kind.Utf8:
    case Kind.LargeBinary:
    case Kind.LargeUtf8:
    case Kind.ListView:
    case Kind.LargeListView:
      return 3;
    default:
      return 2;
  }
}

function keyBytes(type: Table | null): 1 | 2 | 4 | 8 {
  const bits = type === null ? 32 : type.whole(0, 4);
  if (bits === 8 || bits === 16 || bits === 32 || bits === 64) return (bits / 8) as 1 | 2 | 4 | 8;
  throw new Error(`a dictionary's keys have ${bits} bits`);
}
