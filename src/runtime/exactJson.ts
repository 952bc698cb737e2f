/** `JSON.rawJSON` and the source of what is parsed: in V8, not yet in TypeScript's library. */
interface ExactJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
const exact = JSON as unknown as ExactJson;

/**
 * JSON whose whole numbers stay as they are written, however large: `JSON.stringify` gives them back. Amounts on a
 * chain are larger than what a JavaScript number holds exactly.
 */
export function parseExact(text: string): unknown {
  return exact.parse(text, (_, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined
      ? exact.rawJSON(source)
      : value,
  );
}

/** `patch` over `base`, as genesis patches are merged: object by object, null takes away (RFC 7396). */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key === "__proto__") continue;
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !exact.isRawJSON(value);
}
