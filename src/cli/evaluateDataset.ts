import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { openOurs, type Ran, runPredictions } from "../harness/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { engineChoice, leftOnEngine, openContainer } from "../sandbox/index.ts";
import { type BadRow, instanceFolder, type Prediction, type Row, writeRunReport } from "../swebench/index.ts";
import { readInputs } from "./datasetInputs.ts";
import type { Door } from "./door.ts";
import { openWorkbench } from "./workbench.ts";

interface Options {
  dataset: string;
  split?: string | undefined;
  predictions: string;
  runId?: string | undefined;
  out?: string | undefined;
  workers?: number | undefined;
  timeout?: number | undefined;
  path?: string | undefined;
  cache?: string | undefined;
  offline?: boolean | undefined;
  json?: boolean | undefined;
  logLevel: string;
}

/** What swebench gives a script. */
const USUAL_SECONDS = 1_800;

/** `evaluate --dataset --predictions`: each is judged as it comes, and told in a line; then the run report is written. */
export async function evaluateDataset(options: Options, door: Door): Promise<void> {
  const { rows, predictions } = await readInputs({ ...options, split: options.split ?? "test" });
  const out = resolve(options.out ?? ".");
  const runId = options.runId ?? new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  await using bench = await openWorkbench(options, door);
  await using ours = openOurs(bench, { folder: options.path && resolve(options.path) });
  let done = 0;
  const total = [...predictions.values()].filter(({ patch }) => patch).length;
  const ran = await runPredictions(
    {
      ...{ rows, predictions, runId, out, timeoutMs: (options.timeout ?? USUAL_SECONDS) * 1000 },
      workers: options.workers ?? availableParallelism(),
    },
    {
      ours,
      openContainer: (image, limits) =>
        openContainer({ image, limits, network: false }, engineChoice(door.environment)),
      signal: door.signal,
      onRan(one) {
        done += 1;
        door.stdout.write(options.json ? `${JSON.stringify(one)}\n` : `${told(one, done, total)}\n`);
      },
    },
  );
  const left = await leftOf(rows, door);
  const paths: string[] = [];
  for (const [model, own] of Map.groupBy(predictions.values(), (each) => each.model)) {
    const places = { logs: folderOf(out, runId, model), out: folderOf(out, runId, model) };
    const { path } = await writeRunReport(rows, byId(own), { ...places, runId, into: out, left });
    paths.push(path);
  }
  const count = (of: (one: Ran) => boolean) => ran.filter(of).length;
  const unscored = count(({ strict }) => strict.verdict === "unscored");
  const summary = {
    runId,
    judged: ran.length,
    official: count(({ official }) => official === true),
    strict: count(({ strict }) => strict.verdict === "resolved"),
    unscored,
    reports: paths,
  };
  door.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : `${summary.judged} judged: official ${summary.official} resolved, strict ${summary.strict}, ${unscored} could not be judged\n${paths.join("\n")}\n`,
  );
  if (unscored > 0)
    throw new TaoceptionError("not-judged", `${unscored} of ${ran.length} could not be judged`, {
      mend: `run it again with --run-id ${runId}: only these are judged anew`,
    });
}

/** What the run report says of the engine that rows of an image ran on; null where there are none, or no engine. */
async function leftOf(rows: readonly (Row | BadRow)[], { environment }: Door) {
  const images = rows.flatMap((row) =>
    row.kind !== "bad" && row.task === null && row.image !== null ? [row.image] : [],
  );
  if (images.length === 0) return null;
  return leftOnEngine(images, engineChoice(environment)).catch((error) => {
    if (error instanceof TaoceptionError) return null; // its rows are unscored for the same reason
    throw error;
  });
}

const folderOf = (out: string, runId: string, model: string) => join(out, instanceFolder(runId, model, "."));
const byId = (all: readonly Prediction[]) => new Map(all.map((each) => [each.id, each]));

function told({ id, model, official, strict, kept, ms }: Ran, done: number, total: number): string {
  const word = official === null ? "no report" : official ? "resolved" : "unresolved";
  const how = kept ? "judged before" : `${(ms / 1000).toFixed(1)} s`;
  return `[${done}/${total}] ${id} (${model})  official: ${word}  strict: ${strict.verdict} (${strict.layer}: ${strict.reason})  ${how}`;
}
