/** What `dumps` can write. A Map keeps its order whatever its keys look like, which an object does not. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | { readonly [key: string]: Json };

/**
 * JSON as Python's `json.dumps(value, indent=…)` writes it: everything that is not printable ASCII is escaped,
 * an empty list or object takes one line, and keys keep their order. Numbers must be whole.
 * Source: docs.python.org/3/library/json.html.
 */
export function dumps(value: Json, indent: number): string {
  return written(value, indent, "\n");
}

function written(value: Json, indent: number, line: string): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return String(value);
  const inner = line + " ".repeat(indent);
  if (isList(value))
    return value.length === 0
      ? "[]"
      : `[${inner}${value.map((each) => written(each, indent, inner)).join(`,${inner}`)}${line}]`;
  const entries = value instanceof Map ? [...value] : Object.entries(value as { [key: string]: Json });
  if (entries.length === 0) return "{}";
  const members = entries.map(([key, each]) => `${quoted(key)}: ${written(each, indent, inner)}`);
  return `{${inner}${members.join(`,${inner}`)}${line}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
