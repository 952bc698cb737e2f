import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { explain, TaoceptionError, writeAtomically } from "../platform/index.ts";
import type { Verdict } from "../protocol/index.ts";
import {
  type BadRow,
  evalScript,
  FILES,
  gradeOfficial,
  instanceFolder,
  type Prediction,
  type Row,
  reportText,
  resolvedIn,
} from "../swebench/index.ts";
import { judgeImage, type OpenContainer } from "./images.ts";
import type { Judged } from "./judged.ts";
import { type Ours, taskOf } from "./ours.ts";

/** What came of one prediction. */
export interface Ran {
  id: string;
  model: string;
  /** Whether swebench calls it resolved; null where there is no report. */
  official: boolean | null;
  strict: { verdict: Verdict; layer: string; reason: string };
  /** Whether an earlier run of this name had judged the same patch already. */
  kept: boolean;
  ms: number;
}

/** Our own verdict, beside swebench's report. */
const STRICT = "strict.json";

export interface RunOptions {
  rows: readonly (Row | BadRow)[];
  predictions: ReadonlyMap<string, Prediction>;
  runId: string;
  /** The folder in which swebench would have been started: `logs/run_evaluation/…` is made in it. */
  out: string;
  workers: number;
  timeoutMs: number;
}

interface Using {
  ours: Ours;
  openContainer: OpenContainer;
  signal: AbortSignal;
  onRan?: (ran: Ran) => void;
}

/**
 * Judge predictions, so many at a time, and write swebench's tree of each: patch, script, log, report, and our own
 * verdict beside them. What is judged already under this run's name is kept, if the patch is the same. A row that
 * cannot be judged is `unscored`, for itself alone. In the order of the rows.
 */
export async function runPredictions(options: RunOptions, using: Using): Promise<Ran[]> {
  const { rows, predictions, workers } = options;
  const wanted = rows.flatMap((row) => {
    const prediction = predictions.get(row.id);
    return prediction?.patch ? [{ row, prediction, patch: prediction.patch }] : [];
  });
  const ran: Ran[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < wanted.length; at = next++) {
      using.signal.throwIfAborted();
      const { row, prediction, patch } = wanted[at] as (typeof wanted)[number];
      const started = performance.now();
      const one = await runOne(row, prediction.model, patch, options, using);
      const told = {
        id: row.id,
        model: prediction.model,
        ...one,
        ms: Math.round(performance.now() - started),
      };
      ran[at] = told;
      using.onRan?.(told);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, Math.max(1, wanted.length)) }, work));
  return ran;
}

async function runOne(
  row: Row | BadRow,
  model: string,
  patch: string,
  { runId, out, timeoutMs }: RunOptions,
  using: Using,
): Promise<Omit<Ran, "id" | "model" | "ms">> {
  const folder = join(out, instanceFolder(runId, model, row.id));
  const write = (name: string, text: string | Uint8Array) => writeAtomically(join(folder, name), text);
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => null);
  if (row.kind === "bad") return { official: null, strict: unscored(row.error), kept: false };
  const earlier = await read(STRICT);
  if (earlier !== null && (await read(FILES.patch)) === patch) {
    const strict = JSON.parse(earlier) as Ran["strict"];
    if (strict.verdict !== "unscored")
      return { official: resolvedIn((await read(FILES.report)) ?? "", row.id), strict, kept: true };
  }
  await mkdir(folder, { recursive: true });
  for (const name of [FILES.patch, FILES.script, FILES.report, FILES.log, STRICT])
    await rm(join(folder, name), { force: true });
  let judged: Judged & { story?: string[] };
  try {
    judged = await judge(row, patch, timeoutMs, using);
  } catch (error) {
    using.signal.throwIfAborted();
    await write(FILES.story, `${explain(error)}\n`);
    return { official: null, strict: unscored(error), kept: false };
  }
  const { applied, timedOut, log, story = [] } = judged;
  await write(FILES.patch, patch);
  if (applied && row.evalScript !== null)
    await write(FILES.script, row.kind === "harbor" ? row.evalScript : evalScript(row.evalScript));
  if (!applied) story.push(">>>>> Patch Apply Failed");
  if (timedOut) story.push(`Test runtime exceeded ${timeoutMs / 1000} seconds`);
  await write(FILES.story, story.length > 0 ? `${story.join("\n")}\n` : "");
  let official: boolean | null = null;
  let why = applied ? "the tests did not end in time" : "the patch does not apply";
  if (applied)
    await write(
      FILES.log,
      timedOut
        ? Buffer.concat([log, Buffer.from(`\n\nTimeout error: ${timeoutMs / 1000} seconds exceeded.`)])
        : log,
    );
  if (applied && !timedOut && row.kind !== "harbor") {
    const grade = gradeOfficial(patch, row, log);
    if (grade.ok) {
      await write(FILES.report, reportText(row.id, grade.report));
      official = grade.report.resolved;
      why = official ? "every test and check passed" : "its tests do not come out as they must";
    } else why = grade.reason;
  }
  const plain: Verdict = !applied
    ? "invalid-patch"
    : timedOut
      ? "timed-out"
      : official
        ? "resolved"
        : "unresolved";
  const strict = judged.strict ?? { verdict: plain, layer: "official", reason: why };
  await write(STRICT, `${JSON.stringify(strict)}\n`); // last: without it nothing is kept
  return { official, strict, kept: false };
}

function judge(row: Row, patch: string, timeoutMs: number, { ours, openContainer, signal }: Using) {
  if (row.task !== null) return ours.judge(patch, taskOf(row.id, row.task));
  if (row.image === null || row.evalScript === null)
    throw new TaoceptionError(
      "bad-row",
      `${row.id} has neither a task of ours nor an image with an eval_script`,
    );
  const testPaths = [
    ...new Set([...row.failToPass, ...row.passToPass].map((id) => id.split("::")[0] ?? "")),
  ].filter((path) => path.endsWith(".py"));
  const image = {
    id: row.id,
    image: row.image,
    script: row.evalScript,
    testPaths,
    testsFolder: row.testsFolder,
    defect: row.defect,
  };
  return judgeImage(image, patch, { openContainer, timeoutMs, signal });
}

const unscored = (error: unknown): Ran["strict"] => ({
  verdict: "unscored",
  layer: "harness",
  reason: explain(error).slice(0, 500),
});
