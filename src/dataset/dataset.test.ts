import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashBytes, type Task } from "../protocol/index.ts";
import { attemptRow, taskRow, verdictRow, writeJsonl } from "./index.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taoception-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const hash = hashBytes("x");
const task: Task = {
  id: "toolz__1.0.0.mutation.ab12cd34",
  package: { name: "toolz", version: "1.0.0" },
  generator: "mutation/comparison",
  statement: "It is wrong.",
  reproduction: "assert True",
  context: {
    package: { name: "toolz", version: "1.0.0" },
    sourceRoots: [""],
    testPaths: [],
    pytestArguments: [],
  },
  environment: hash,
  releaseTree: hash,
  baseChanges: {},
  challengeTree: hash,
  gold: "diff",
  failToPass: ["tests/test_a.py::test_b"],
  passToPass: [],
  hidden: [],
  suspectLines: 3,
  difficulty: { logit: 0, low: -1, high: 1 },
  createdAt: "2026-01-01T00:00:00.000Z",
};

test("a task row begins with SWE-bench's twelve columns, in their order", () => {
  const row = taskRow(task, "");
  expect(Object.keys(row).slice(0, 12)).toEqual(
    "repo instance_id base_commit patch test_patch problem_statement hints_text created_at version FAIL_TO_PASS PASS_TO_PASS environment_setup_commit".split(
      " ",
    ),
  );
  expect(JSON.parse(String(row.FAIL_TO_PASS))).toEqual(task.failToPass);
});

test("an attempt is a prediction, a verdict is a report", () => {
  const attempt = {
    round: 0,
    task: task.id,
    hotkey: "5F",
    status: "abstained" as const,
    patch: null,
    elapsedMs: 5,
    agent: "repair",
    reason: "no oracle",
    excused: false,
  };
  expect(attemptRow(attempt, null)).toMatchObject({
    instance_id: task.id,
    model_name_or_path: "repair",
    model_patch: "",
  });
  const evaluation = {
    round: 0,
    task: task.id,
    hotkey: "5F",
    patch: hash,
    verdict: "unscored" as const,
    layer: "run",
    reason: "no disk",
    failToPass: { success: [], failure: [] },
    passToPass: { success: [], failure: [] },
    patchLines: 1,
    goldLines: 1,
    likeness: { functions: 0, files: 0, tokens: 0 },
    judge: null,
    durationMs: 1,
  };
  expect(verdictRow(evaluation, null)).toMatchObject({ resolved: false, infra_failure: true, score: null });
});

test("rows that fail half-way leave no file behind", async () => {
  async function* broken() {
    yield { a: 1 };
    throw new Error("the source broke");
  }
  await expect(writeJsonl(join(folder, "a.jsonl"), broken())).rejects.toThrow("the source broke");
  expect(await readdir(folder)).toEqual([]);
  expect(await writeJsonl(join(folder, "b.jsonl"), [{ a: "é\n" }, { a: 2 }])).toBe(2);
  expect(
    (await readFile(join(folder, "b.jsonl"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ a: "é\n" }, { a: 2 }]);
});
