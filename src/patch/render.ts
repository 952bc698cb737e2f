import { changedRanges, type Range } from "./myers.ts";
import { writeName } from "./names.ts";
import { linesOf } from "./patch.ts";

/** One file before and after, as text; null where there is none. */
export interface Change {
  path: string;
  before: string | null;
  after: string | null;
}

const CONTEXT = 3;

/** A unified diff in git's form, minimal by Myers, with three lines of context; what is equal is left out. */
export function renderPatch(changes: readonly Change[]): string {
  return changes.map(renderFile).join("");
}

function renderFile({ path, before, after }: Change): string {
  if (before === after) return "";
  const head = [
    `diff --git ${writeName(`a/${path}`)} ${writeName(`b/${path}`)}`,
    ...(before === null ? ["new file mode 100644"] : after === null ? ["deleted file mode 100644"] : []),
  ];
  const old = linesOf(before ?? "");
  const new_ = linesOf(after ?? "");
  if (old.length > 0 || new_.length > 0)
    head.push(
      `--- ${before === null ? "/dev/null" : writeName(`a/${path}`, "\t")}`,
      `+++ ${after === null ? "/dev/null" : writeName(`b/${path}`, "\t")}`,
    );
  const hunks = groups(changedRanges(old, new_)).map((ranges) => renderHunk(ranges, old, new_));
  return `${head.join("\n")}\n${hunks.join("")}`;
}

/** Changes whose contexts would touch go into one hunk. */
function groups(ranges: readonly Range[]): Range[][] {
  const all: Range[][] = [];
  for (const range of ranges) {
    const last = all.at(-1)?.at(-1);
    if (last && range.oldFrom - last.oldTo <= 2 * CONTEXT) all.at(-1)?.push(range);
    else all.push([range]);
  }
  return all;
}

function renderHunk(ranges: readonly Range[], old: readonly string[], new_: readonly string[]): string {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (!first || !last) return "";
  const from = Math.max(0, first.oldFrom - CONTEXT);
  const to = Math.min(old.length, last.oldTo + CONTEXT);
  const newFrom = first.newFrom - (first.oldFrom - from);
  const newTo = last.newTo + (to - last.oldTo);
  let text = `@@ -${span(from, to)} +${span(newFrom, newTo)} @@\n`;
  let at = from;
  for (const range of ranges) {
    for (const line of old.slice(at, range.oldFrom)) text += renderLine(" ", line);
    for (const line of old.slice(range.oldFrom, range.oldTo)) text += renderLine("-", line);
    for (const line of new_.slice(range.newFrom, range.newTo)) text += renderLine("+", line);
    at = range.oldTo;
  }
  for (const line of old.slice(at, to)) text += renderLine(" ", line);
  return text;
}

function span(from: number, to: number): string {
  const count = to - from;
  return count === 1 ? `${from + 1}` : `${count === 0 ? from : from + 1},${count}`;
}

function renderLine(kind: string, line: string): string {
  return line.endsWith("\n") ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`;
}
