/** One line of a hunk. `text` holds its own end ("\n", "\r\n"), or none where the file ends without a newline. */
export interface Line {
  kind: " " | "+" | "-";
  text: string;
}

/** Starts are as in the header: 1-based, and where the count is 0 the line before. Counts follow from the lines. */
export interface Hunk {
  oldStart: number;
  newStart: number;
  lines: Line[];
}

/** What happens to one file. A created or deleted empty file has no hunks. */
export interface FilePatch {
  path: string;
  kind: "modify" | "create" | "delete";
  hunks: Hunk[];
}

export type Patch = FilePatch[];

export type Parsed = { ok: true; patch: Patch } | { ok: false; reason: string };

/** A text's lines, each with its own end; the empty text has none. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const rest = lines.pop();
  const whole = lines.map((line) => `${line}\n`);
  return rest ? [...whole, rest] : whole;
}
