import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runChild } from "../../src/platform/index.ts";
import { bytesOf, type Case, caseOf } from "./cases.ts";
import { EDGES } from "./edges.ts";
import { python } from "./oracle.ts";

const clone = fileURLToPath(new URL("../..", import.meta.url));
const MODEL = "org/model";
let folder = "";
let engine: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "regrade-"));
  // as much of a container engine as re-grading asks for: it has nothing, and starts nothing
  engine = createServer(({ url }, answer) => {
    answer.setHeader("content-type", "application/json");
    answer.end(url?.endsWith("/version") ? '{"ApiVersion":"1.41","MinAPIVersion":"1.24"}' : "[]");
  }).listen(join(folder, "engine.sock"));
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Ids whose order, case and digits a report must keep; the last rows have no log, no answer, or no patch. */
function cases(): Case[] {
  const drawn = [...EDGES, ...Array.from({ length: 120 }, (_, at) => caseOf(700 + at))];
  return drawn.map((each, at) => ({
    ...each,
    id: `${at % 3 === 0 ? "" : at % 3 === 1 ? "é__" : "B__"}${at}`,
  }));
}

test.skipIf(python === undefined)("the harness's own re-grading and ours leave the same files", async () => {
  const all = cases();
  const logs = join(folder, "logs", "run_evaluation", "r1", "org__model");
  for (const [at, each] of all.entries()) {
    if (at % 17 === 0) continue; // never ran
    await mkdir(join(logs, each.id), { recursive: true });
    await writeFile(join(logs, each.id, "test_output.txt"), bytesOf(each));
    if (at % 5 === 0)
      await writeFile(join(logs, each.id, "run_instance.log"), "Cannot connect to the Docker daemon\n");
  }
  const rows = all.map((each, at) => ({
    ...{ instance_id: each.id, repo: "a/b", version: "1", image: "i", eval_script: "", patch: "" },
    FAIL_TO_PASS: at % 2 ? each.failToPass : JSON.stringify(each.failToPass),
    PASS_TO_PASS: at % 2 ? JSON.stringify(each.passToPass) : each.passToPass,
    ...{ log_parser: each.logParser, eval_type: each.evalType },
  }));
  const answered = all
    .filter((_, at) => at % 23 !== 0)
    .map(({ id, patch }) => ({ instance_id: id, model_name_or_path: MODEL, model_patch: patch }));
  const dataset = join(folder, "dataset.json");
  const predictions = join(folder, "predictions.jsonl");
  await writeFile(dataset, JSON.stringify(rows));
  await writeFile(predictions, answered.map((each) => `${JSON.stringify(each)}\n`).join(""));

  const saved = join(folder, "saved");
  await cp(logs, saved, { recursive: true }); // before the harness writes its reports among them
  const out = join(folder, "out");
  const words = [
    "--dataset",
    dataset,
    "--predictions",
    predictions,
    "--logs",
    saved,
    "--run-id",
    "r1",
    "--out",
    out,
  ];
  const ours = await runChild(
    [process.execPath, join(clone, "src/cli/main.ts"), "evaluate", "report", ...words, "--json"],
    { env: { PATH: process.env.PATH ?? "", HOME: folder }, timeoutMs: 60_000 },
  );
  expect([ours.exitCode, ours.exitCode === 0 ? "" : ours.stderr]).toEqual([0, ""]);
  expect([ours.exitCode, JSON.parse(ours.stdout).path]).toEqual([0, join(out, "org__model.r1.json")]);

  const theirs = await runChild(
    [python ?? "", join(clone, "scripts/parity/harness.py"), dataset, predictions, "r1"],
    {
      cwd: folder,
      env: {
        ...{ PATH: process.env.PATH ?? "", HOME: folder, PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" },
        DOCKER_HOST: `unix://${join(folder, "engine.sock")}`,
      },
      timeoutMs: 120_000,
    },
  );
  expect([theirs.exitCode, theirs.exitCode === 0 ? "" : theirs.stderr]).toEqual([0, ""]);

  const [expected, written] = [await reportsIn(logs), await reportsIn(out)];
  expect(expected.size).toBeGreaterThan(100);
  expect(written).toEqual(expected);
  // what it adds of a container engine, which we had none of
  const left =
    ',\n    "unstopped_instances": 0,\n    "unstopped_containers": [],\n    "unremoved_images": []';
  const run = await readFile(join(folder, "reports", "org__model.r1.json"), "utf8");
  expect(run).toContain(left);
  expect(await readFile(join(out, "org__model.r1.json"), "utf8")).toBe(run.replace(left, ""));
});

/** Text of each report beneath a folder, by its instance. */
async function reportsIn(place: string): Promise<Map<string, string>> {
  const found = (await readdir(place, { recursive: true }))
    .filter((path) => path.endsWith("/report.json"))
    .sort();
  const texts = found.map(
    async (path) => [dirname(path), await readFile(join(place, path), "utf8")] as const,
  );
  return new Map(await Promise.all(texts));
}

test("`evaluate report` has flags of its own, whatever flags `evaluate` has", async () => {
  const [one] = EDGES;
  const [logs, out] = [join(folder, "few"), join(folder, "fewOut")];
  await mkdir(join(logs, one!.id), { recursive: true });
  await writeFile(join(logs, one!.id, "test_output.txt"), bytesOf(one!));
  const row = { instance_id: one!.id, patch: "x", FAIL_TO_PASS: one!.failToPass, PASS_TO_PASS: [] };
  const dataset = join(folder, "few.jsonl");
  await writeFile(
    dataset,
    `${JSON.stringify({ ...row, log_parser: one!.logParser, eval_type: one!.evalType })}\n`,
  );
  const words = [
    "--dataset",
    dataset,
    "--predictions",
    "gold",
    "--logs",
    logs,
    "--run-id",
    "r",
    "--out",
    out,
  ];
  const { exitCode, stderr } = await runChild(
    [process.execPath, join(clone, "src/cli/main.ts"), "evaluate", "report", ...words],
    { env: { PATH: process.env.PATH ?? "", HOME: folder }, timeoutMs: 60_000 },
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect([...(await reportsIn(out)).keys()]).toEqual([one!.id]);
});
