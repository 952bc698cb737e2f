import { boundedJson } from "../platform/index.ts";

const heardLimits = {
  /** Characters of one line: the lines of code that one test executes, as bits, fill a small part of it. */
  line: 4 * 1024 * 1024,
  lines: 200_000,
  /** Of all lines together. */
  brackets: 1_000_000,
  commas: 4_000_000,
};

/**
 * The JSON values that a program wrote, one a line. The project runs in the same process and may write what it
 * wants: a line that is too long, or no JSON, is left out, and so is all that comes after the limits of the whole.
 */
export function heard(text: string, limits = heardLimits): unknown[] {
  const values: unknown[] = [];
  let { lines, brackets, commas } = limits;
  for (let from = 0, end = 0; from < text.length && lines > 0; from = end + 1) {
    end = text.indexOf("\n", from);
    if (end < 0) end = text.length;
    if (end === from || end - from > limits.line) continue;
    lines -= 1;
    const read = boundedJson(text.slice(from, end), { brackets, commas });
    if (!read) continue;
    brackets -= read.brackets;
    commas -= read.commas;
    values.push(read.value);
  }
  return values;
}
