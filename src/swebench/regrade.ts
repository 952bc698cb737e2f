import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../platform/index.ts";
import { gradeOfficial } from "./official.ts";
import type { Prediction } from "./predictions.ts";
import { reportText, resolvedIn } from "./report.ts";
import type { BadRow, Row } from "./rows.ts";
import { type Ended, type Leftovers, runReport, runReportText } from "./runReport.ts";
import { FILES, runReportName } from "./tree.ts";

const MOST_LOG_BYTES = 256 * 1024 ** 2;

/** A task that has no report, and why. */
export interface Ungraded {
  id: string;
  code: string;
  reason: string;
}

/**
 * Grade one prediction by its saved log, `<id>/test_output.txt` under `logs`, and write `<id>/report.json` under
 * `out`. Null where it was written or where there is no log to grade; a report that could not be made anew is
 * taken away, so that none is left of an earlier time.
 */
export async function regrade(
  row: Row | BadRow,
  prediction: Prediction,
  { logs, out }: { logs: string; out: string },
): Promise<Ungraded | null> {
  const failed = (code: string, reason: string) => ({ id: row.id, code, reason });
  if (row.kind === "bad") return failed("bad-row", row.error.message);
  const path = join(out, row.id, FILES.report);
  const log = await logAt(join(logs, row.id, FILES.log));
  if (log === null) return null;
  const grade =
    typeof log === "string"
      ? { ok: false as const, code: "bad-log", reason: log }
      : gradeOfficial(prediction.patch, row, log);
  if (!grade.ok) {
    await rm(path, { force: true });
    return failed(grade.code, grade.reason);
  }
  await mkdir(join(out, row.id), { recursive: true });
  await writeAtomically(path, reportText(row.id, grade.report));
  return null;
}

/** The bytes of a log; null where there is none, and in words why one that is there cannot be read. */
async function logAt(path: string): Promise<Uint8Array | string | null> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    return size > MOST_LOG_BYTES ? `${path} is larger than 256 MiB` : await file.readFile();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? null : `${path} cannot be read (${code ?? message})`;
  }
}

/**
 * Count what lies under `out` (reports) and `logs` (logs), and write the run report into `into`.
 * Resolves to its path and its text.
 */
export async function writeRunReport(
  rows: readonly (Row | BadRow)[],
  predictions: ReadonlyMap<string, Prediction>,
  {
    logs,
    out,
    runId,
    into = out,
    left = null,
  }: { logs: string; out: string; runId: string; into?: string; left?: Leftovers | null },
): Promise<{ path: string; text: string }> {
  const usable = new Map(rows.map((row) => [row.id, row.kind !== "bad"]));
  const endedOf = async (id: string): Promise<Ended> => {
    if (!usable.get(id)) return { outcome: "none", logs: async () => [] };
    const report = await logAt(join(out, id, FILES.report));
    const read = async (name: string) => logAt(join(logs, id, name));
    return {
      outcome: report === null ? "none" : typeof report === "string" ? "broken" : outcomeOf(report, id),
      logs: async () =>
        [await read(FILES.log), await read(FILES.story)].filter((log) => log instanceof Uint8Array),
    };
  };
  const report = await runReport(rows, predictions, endedOf, left);
  const [first] = predictions.values();
  const path = join(into, runReportName(first?.model ?? "", runId));
  const text = runReportText(report);
  await mkdir(into, { recursive: true });
  await writeAtomically(path, text);
  return { path, text };
}

function outcomeOf(report: Uint8Array, id: string): Ended["outcome"] {
  const resolved = resolvedIn(Buffer.from(report).toString("utf8"), id);
  return resolved === null ? "broken" : resolved ? "resolved" : "unresolved";
}
