import { isSimple, walk } from "./node.ts";
import type { FunctionFacts, SourceFile } from "./source.ts";

/** Executed lines (one-based) by path, of one run. */
export type Coverage = Readonly<Record<string, readonly number[]>>;

/** How suspicious each row (zero-based) of each file is: 0..1, and more where tracebacks point at it. */
export type Suspicion = ReadonlyMap<string, ReadonlyMap<number, number>>;

/**
 * Ochiai's coefficient of every line that a failing run executes: ef / sqrt(F · (ef + ep)), with F failing runs,
 * ef of them and ep passing runs through the line. Lines of tracebacks, innermost most, are raised.
 */
export function localise(
  failing: readonly Coverage[],
  passing: readonly Coverage[],
  frames: readonly { file: string; line: number }[],
): Suspicion {
  const count = (runs: readonly Coverage[]) => {
    const counts = new Map<string, Map<number, number>>();
    for (const run of runs)
      for (const [path, lines] of Object.entries(run)) {
        const file = counts.get(path) ?? new Map<number, number>();
        counts.set(path, file);
        for (const line of lines) file.set(line - 1, (file.get(line - 1) ?? 0) + 1);
      }
    return counts;
  };
  const failed = count(failing);
  const passed = count(passing);
  const suspicion = new Map<string, Map<number, number>>();
  for (const [path, rows] of failed) {
    const scores = new Map<number, number>();
    for (const [row, ef] of rows) {
      const ep = passed.get(path)?.get(row) ?? 0;
      scores.set(row, ef / Math.sqrt(failing.length * (ef + ep)));
    }
    suspicion.set(path, scores);
  }
  // once a line, however often a traceback passes it: recursion is no evidence
  const raises = new Map(frames.map(({ file, line }) => [`${file}:${line}`, { file, line, by: 1.1 }]));
  const innermost = frames.at(-1);
  if (innermost) raises.set(`${innermost.file}:${innermost.line}`, { ...innermost, by: 1.4 });
  for (const { file, line, by } of raises.values()) {
    const scores = suspicion.get(file);
    const score = scores?.get(line - 1);
    if (score !== undefined) scores?.set(line - 1, score * by);
  }
  return suspicion;
}

/** One function that a failing run went through, with a score for each of its rows. */
export interface Suspect {
  file: SourceFile;
  owner: FunctionFacts;
  score: number;
  rows: Map<number, number>;
}

/** Rows that no failing run reached can hold the missing way out of a branch, but seldom do. */
const unreached = 0.3;

/** The functions a failing run went through, most suspicious first; each row of a statement shares its score. */
export function suspects(files: readonly SourceFile[], suspicion: Suspicion): Suspect[] {
  const found: Suspect[] = [];
  for (const file of files) {
    const scores = suspicion.get(file.path);
    if (!scores) continue;
    for (const owner of file.functions) {
      const rows = new Map<number, number>();
      let score = 0;
      for (let row = owner.node.row; row <= owner.node.endRow; row += 1) {
        const own = scores.get(row);
        if (own === undefined) continue;
        rows.set(row, own);
        if (row > owner.node.row) score = Math.max(score, own);
      }
      if (score === 0) continue;
      for (const node of walk(owner.node)) {
        if (!isSimple(node) || node.row === node.endRow) continue;
        let best = 0;
        for (let row = node.row; row <= node.endRow; row += 1) best = Math.max(best, rows.get(row) ?? 0);
        if (best > 0) for (let row = node.row; row <= node.endRow; row += 1) rows.set(row, best);
      }
      for (let row = owner.node.row; row <= owner.node.endRow; row += 1)
        if (!rows.has(row)) rows.set(row, score * unreached);
      found.push({ file, owner, score, rows });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}
