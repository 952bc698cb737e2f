import { applyPatch, changedRanges, decodeText, linesOf, parsePatch } from "../patch/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { Evaluation } from "../protocol/index.ts";
import { type CodeLine, codeLines } from "./code.ts";
import type { Work } from "./work.ts";

export type Metrics = Pick<Evaluation, "patchLines" | "goldLines" | "likeness">;

export const nothing: Metrics = {
  patchLines: 0,
  goldLines: 0,
  likeness: { functions: 0, files: 0, tokens: 0 },
};

/** Tokens of one patch that are compared; what is longer is cut. */
const MOST_TOKENS = 4_000;

/** One patch as it is measured: normalised lines that it takes away or puts in, and where. */
interface Extent {
  lines: number;
  files: Set<string>;
  functions: Set<string>;
  tokens: string[];
}

/** How large the patch is beside gold, and how near to it; both are measured from the base state. */
export async function measure({
  files,
  state,
  task,
}: Pick<Work, "files" | "state" | "task">): Promise<Metrics> {
  if (Object.keys(files).length === 0) return nothing;
  const parsed = parsePatch(task.gold);
  if (!parsed.ok) throw new TaoceptionError("bad-gold", `gold cannot be read: ${parsed.reason}`);
  const base = new Map<string, string>();
  for (const path of [...Object.keys(files), ...parsed.patch.map((file) => file.path)]) {
    const bytes = await state.base(path);
    if (bytes) base.set(path, decodeText(bytes).text);
  }
  const gold = applyPatch(parsed.patch, (path) => base.get(path));
  if (!gold.ok) throw new TaoceptionError("bad-gold", `gold does not apply: ${gold.reason}`);
  return compare(extentOf(files, base), extentOf(gold.files, base));
}

/** Sizes and likeness of a patch and gold: F1 of files and functions, edit similarity of changed tokens. */
function compare(patch: Extent, gold: Extent): Metrics {
  return {
    patchLines: patch.lines,
    goldLines: gold.lines,
    likeness: {
      functions: f1(patch.functions, gold.functions),
      files: f1(patch.files, gold.files),
      tokens: similarity(patch.tokens, gold.tokens),
    },
  };
}

function extentOf(files: Readonly<Record<string, string | null>>, base: ReadonlyMap<string, string>): Extent {
  const extent: Extent = { lines: 0, files: new Set(), functions: new Set(), tokens: [] };
  for (const [path, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const old = normalised(path, base.get(path) ?? "");
    const new_ = normalised(path, text ?? "");
    const key = ({ tokens }: CodeLine) => tokens.join("\0");
    for (const range of changedRanges(old.map(key), new_.map(key))) {
      const removed = old.slice(range.oldFrom, range.oldTo);
      const added = new_.slice(range.newFrom, range.newTo);
      extent.lines += removed.length + added.length;
      extent.files.add(path);
      for (const { scope } of [...removed, ...added]) extent.functions.add(`${path}::${scope}`);
      keep(extent.tokens, "-", removed);
      keep(extent.tokens, "+", added);
    }
  }
  return extent;
}

/** Add what of the lines' tokens will be compared. */
function keep(tokens: string[], sign: string, lines: readonly CodeLine[]): void {
  for (const line of lines) {
    const room = MOST_TOKENS - tokens.length;
    if (room <= 0) return;
    tokens.push(sign, ...line.tokens.slice(0, room));
  }
}

function normalised(path: string, text: string): CodeLine[] {
  if (/\.pyi?$/.test(path)) return codeLines(text);
  return linesOf(text).flatMap((line) => {
    const tokens = line.split(/\s+/).filter((word) => word !== "");
    return tokens.length > 0 ? [{ tokens, scope: "" }] : [];
  });
}

/** Harmonic mean of precision and recall; two empty sets are alike. */
function f1(found: ReadonlySet<string>, wanted: ReadonlySet<string>): number {
  if (found.size + wanted.size === 0) return 1;
  return (2 * [...found].filter((each) => wanted.has(each)).length) / (found.size + wanted.size);
}

/** Twice the longest common subsequence over both lengths. */
function similarity(found: readonly string[], wanted: readonly string[]): number {
  const [a, b] = [found.slice(0, MOST_TOKENS), wanted.slice(0, MOST_TOKENS)];
  if (a.length + b.length === 0) return 1;
  const differing = changedRanges(a, b).reduce(
    (sum, range) => sum + range.oldTo - range.oldFrom + range.newTo - range.newFrom,
    0,
  );
  return 1 - differing / (a.length + b.length);
}
