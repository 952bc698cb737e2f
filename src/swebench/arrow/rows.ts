import { type Cells, cellsOf, type Dictionary } from "./cells.ts";
import { BATCH, DICTIONARY, messagesOf, SCHEMA } from "./messages.ts";
import { type Field, fieldsOf } from "./schema.ts";
import { valueReader } from "./values.ts";

/**
 * The rows of an Arrow stream, of these columns only; a column that is not there is left out of every row. Bounded by
 * the stream's own size, whatever it claims. Throws what is wrong with it, and CompressedBody where that is all.
 */
export function arrowRows(
  bytes: Uint8Array,
  columns: readonly string[],
  mostRows: number,
): Record<string, unknown>[] {
  const valueAt = valueReader(bytes.length);
  const dictionaries = new Map<number, Dictionary>();
  const rows: Record<string, unknown>[] = [];
  let fields: Field[] | null = null;
  let coded = new Map<number, Field>();
  for (const { kind, header, body } of messagesOf(bytes)) {
    if (fields === null) {
      if (kind !== SCHEMA) throw new Error("it has no schema");
      fields = fieldsOf(header);
      coded = new Map(codedIn(fields));
    } else if (kind === DICTIONARY) {
      const [id, batch] = [header.whole(0, 8), header.table(1)];
      const field = coded.get(id);
      if (field === undefined || batch === null) throw new Error("a dictionary of it is of no column");
      const cells = cellsOf(batch, body, [{ ...field, dictionary: null }], dictionaries);
      const isDelta = header.whole(2, 1) !== 0;
      const before = isDelta ? (dictionaries.get(id)?.parts ?? []) : [];
      dictionaries.set(id, { parts: [...before, ...cells], read: new Map() });
    } else if (kind === BATCH) {
      const length = header.whole(0, 8);
      if (!(length >= 0 && rows.length + length <= mostRows))
        throw new Error(`it has more than ${mostRows} rows`);
      const found = cellsOf(header, body, fields, dictionaries);
      const wanted = found.filter(({ field }) => columns.includes(field.name));
      for (let at = 0; at < length; at += 1) rows.push(rowAt(wanted, at, valueAt));
    } else throw new Error(`it holds a message that is no rows (${kind})`);
  }
  if (fields === null) throw new Error("it has no schema");
  return rows;
}

function rowAt(columns: readonly Cells[], at: number, valueAt: (cells: Cells, at: number) => unknown) {
  return Object.fromEntries(columns.map((cells) => [cells.field.name, valueAt(cells, at)]));
}

function* codedIn(fields: readonly Field[]): Generator<[number, Field]> {
  for (const field of fields) {
    if (field.dictionary) yield [field.dictionary.id, field];
    yield* codedIn(field.children);
  }
}
