import { z } from "zod";

/** Executed lines as the programs in `inside/` tell them: file to a number in hex, whose bit n stands for line n. */
export const Executed = z.record(z.string(), z.string().regex(/^[0-9a-f]{1,100000}$/));
export type Executed = z.infer<typeof Executed>;

/** Bit n of byte array = line n, from the number in hex. */
export function bitsOf(lines: Executed): Map<string, Uint8Array> {
  return new Map(
    Object.entries(lines).map(([path, hex]) => [
      path,
      Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").reverse(),
    ]),
  );
}

const has = (bits: Uint8Array, line: number) => (((bits[line >> 3] ?? 0) >> (line & 7)) & 1) === 1;

/** The numbers of the lines. */
export function linesOf(bits: Uint8Array | undefined): number[] {
  const lines: number[] = [];
  for (let line = 1; bits && line < bits.length * 8; line += 1) if (has(bits, line)) lines.push(line);
  return lines;
}

/** Whether one of the lines `first..last` is among them. */
export function hasWithin(bits: Uint8Array, first: number, last: number): boolean {
  for (let line = first; line <= last && line < bits.length * 8; line += 1) if (has(bits, line)) return true;
  return false;
}
