/** What a text of JSON may hold: arrays and objects, and what stands between their members. */
export interface JsonBounds {
  brackets: number;
  commas?: number;
}

/**
 * Parse JSON that somebody hostile may have written: a nested array costs fifty times what it costs to write.
 * Undefined for more than the bounds, and for what is no JSON. Signs in strings count, too.
 */
export function boundedJson(
  line: Buffer | string,
  { brackets, commas = Number.POSITIVE_INFINITY }: JsonBounds,
): { value: unknown; brackets: number; commas: number } | undefined {
  const found = { brackets: 0, commas: 0 };
  const text = typeof line === "string";
  for (let at = 0; at < line.length; at += 1) {
    const sign = text ? line.charCodeAt(at) : line[at];
    if (sign === 0x5b || sign === 0x7b) found.brackets += 1;
    else if (sign === 0x2c) found.commas += 1;
  }
  if (found.brackets > brackets || found.commas > commas) return undefined;
  try {
    return { value: JSON.parse(line.toString()) as unknown, ...found };
  } catch {
    return undefined;
  }
}
