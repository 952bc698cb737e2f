import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPatch } from "../../src/patch/index.ts";
import type { Event } from "../../src/protocol/index.ts";
import { call, mountsIn, of, processesOf, run } from "./runUp.ts";
import { writeSampleProject } from "./sampleProject.ts";

let folder: string;
let home: string;
let project: string;
const quick = ["--deadline", "20", "--block-ms", "100", "--tempo", "20"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "story-"));
  home = join(folder, "home");
  project = await writeSampleProject(join(folder, "tallybook"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("one command runs the whole economy", () => {
  let first: Event[];

  test("a counted run asks every miner, judges every patch, pays, and ends by itself", {
    timeout: 180_000,
  }, async () => {
    const subnet = run(["up", "--home", home, "--path", project, "--rounds", "1", "--json", ...quick]);
    const { code } = await subnet.ended;
    expect(subnet.stderr().includes("taoception:") ? subnet.stderr() : "").toBe("");
    expect(code).toBe(0);
    first = subnet.events;
    expect(of(first, "package")).toMatchObject([{ round: 0, name: "tallybook", version: "1.2.0" }]);
    const tasks = of(first, "task");
    expect(tasks).toHaveLength(4);
    expect(of(first, "challenge")).toHaveLength(12);
    const attempts = of(first, "attempt");
    expect(new Set(attempts.map(({ task, miner }) => `${task} ${miner}`)).size).toBe(12);
    const patches = attempts.filter(({ status }) => status === "patch");
    const verdicts = of(first, "verdict");
    expect(verdicts).toHaveLength(patches.length);
    expect(verdicts.some(({ verdict }) => verdict === "resolved")).toBe(true);
    expect(verdicts.filter(({ verdict }) => verdict === "unscored")).toEqual([]);
    const scores = of(first, "score");
    expect(scores).toHaveLength(12);
    for (const { task, miner, score } of scores) {
      const resolved = verdicts.some(
        (each) => each.task === task && each.miner === miner && each.verdict === "resolved",
      );
      expect(score > 0).toBe(resolved);
    }
    // one beat, or one more where the machine was so slow that the epoch came before the weights did
    const weights = of(first, "weights");
    expect(weights.length).toBeGreaterThan(0);
    const [epoch] = of(first, "epoch");
    expect(epoch?.block).toBeGreaterThan(weights.at(-1)?.block ?? Number.NaN);
    const earned = epoch?.neurons.filter(({ incentive }) => incentive > 0).map(({ hotkey }) => hotkey);
    expect(new Set(earned)).toEqual(
      new Set(scores.filter(({ score }) => score > 0).map(({ miner }) => miner)),
    );
    expect(first.at(-1)).toMatchObject({ type: "end", rounds: 1 });
    expect(first.map(({ seq }) => seq)).toEqual(first.map((_, at) => (first[0]?.seq ?? 0) + at));
  });

  test("nothing is left behind", async () => {
    expect(await processesOf(home)).toEqual([]);
    expect(await mountsIn(home)).toEqual([]);
  });

  test("a statement names no test and no line of the answer, and the difficulty has an interval", async () => {
    for (const { difficulty } of of(first, "task")) {
      expect(difficulty.low).toBeLessThan(difficulty.logit);
      expect(difficulty.high).toBeGreaterThan(difficulty.logit);
    }
  });

  test("a replay finds every number equal, and says so of no other round", { timeout: 60_000 }, async () => {
    const again = await call(["replay", "0", "--home", home, "--json"]);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      record: { ok: true },
      compared: { difficulties: 4, scores: 12, models: 1, weights: of(first, "weights").length },
      differences: [],
    });
    expect(await call(["replay", "7", "--home", home])).toMatchObject({ code: 2 });
  });

  test("each verdict has a receipt that anyone can judge again, and that nobody can change", {
    timeout: 90_000,
  }, async () => {
    const wanted = [
      of(first, "verdict").find(({ verdict }) => verdict === "resolved"),
      of(first, "verdict").find(({ verdict }) => verdict !== "resolved"),
    ];
    const file = join(folder, "receipt.json");
    for (const verdict of wanted) {
      if (!verdict) continue;
      const { task, miner } = verdict;
      const written = ["receipt", task, "--miner", miner, "--home", home, "--out", file];
      expect(await call(written)).toMatchObject({ code: 0, stdout: `${file}\n` });
      const again = await call(["verify", file, "--path", project, "--json"]);
      expect(JSON.parse(again.stdout), again.stderr).toEqual({
        ...{ task, validator: of(first, "ready")[0]?.hotkey, verdict: verdict.verdict },
        ...{ equal: true, differences: [] },
      });
    }
    const text = await readFile(file, "utf8");
    const other = wanted[1] ? wanted[1].verdict : "resolved";
    await writeFile(file, text.replace(`"verdict": "${other}"`, '"verdict": "tampered"'));
    expect(await call(["verify", file, "--path", project])).toMatchObject({ code: 1, stdout: "" });
    await writeFile(file, text.replace('"statement": "', '"statement": "Not this. '));
    const foreign = await call(["verify", file, "--path", project]);
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining("taskHash") });
    expect(await call(["receipt", "x", "--miner", "y", "--home", home, "--out", file])).toMatchObject({
      code: 2,
    });
  });

  test("the record becomes a dataset, and its gold is resolved by hand", { timeout: 90_000 }, async () => {
    const out = join(folder, "dataset");
    expect((await call(["dataset", "build", "--home", home, "--out", out])).code).toBe(0);
    const rows = (name: string) =>
      readFile(join(out, name), "utf8").then((text) =>
        text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
    const tasks = await rows("tasks.jsonl");
    expect(Object.keys(tasks[0]).slice(0, 12)).toEqual([
      ...["repo", "instance_id", "base_commit", "patch", "test_patch", "problem_statement", "hints_text"],
      ...["created_at", "version", "FAIL_TO_PASS", "PASS_TO_PASS", "environment_setup_commit"],
    ]);
    expect(await rows("attempts.jsonl")).toHaveLength(12);
    for (const task of tasks)
      for (const id of JSON.parse(task.FAIL_TO_PASS))
        expect(task.test_patch).toContain(`+def ${id.split("::")[1].replace(/\[.*/, "")}`);
  });

  test("tasks can be built, shown and judged without a subnet", { timeout: 120_000 }, async () => {
    const out = join(folder, "tasks");
    const built = await call([
      "tasks",
      "build",
      "--path",
      project,
      "--count",
      "1",
      "--seed",
      "a",
      "--out",
      out,
    ]);
    expect(built.code).toBe(0);
    const file = built.stdout.trim();
    const { gold, statement } = JSON.parse((await call(["tasks", "show", file, "--json"])).stdout);
    expect((await call(["tasks", "show", file])).stdout).toContain(statement);
    const patch = join(folder, "gold.patch");
    await writeFile(patch, gold);
    const judge = (name: string) => call(["evaluate", file, "--patch", name, "--path", project, "--json"]);
    expect(JSON.parse((await judge(patch)).stdout)).toMatchObject({ verdict: "resolved" });
    await writeFile(patch, gold.replaceAll("tallybook/", "tests/"));
    expect(await judge(patch)).toMatchObject({ code: 1 });
  });

  test("a dataset's predictions get swebench's reports, and our verdicts beside them", {
    timeout: 120_000,
  }, async () => {
    const dataset = join(folder, "tasks", "dataset.jsonl");
    const [row] = (await readFile(dataset, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const out = join(folder, "runs");
    const evaluate = (predictions: string, runId: string) =>
      call([
        ...["evaluate", "--dataset", dataset, "--predictions", predictions, "--run-id", runId],
        ...["--out", out, "--path", project, "--json"],
      ]);
    const gold = await evaluate("gold", "first");
    expect(gold).toMatchObject({ code: 0 });
    const [one, sum] = gold.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(one).toMatchObject({
      id: row.instance_id,
      official: true,
      strict: { verdict: "resolved" },
      kept: false,
    });
    expect(sum).toMatchObject({ judged: 1, official: 1, strict: 1, unscored: 0 });
    const place = join(out, "logs/run_evaluation/first/gold", row.instance_id);
    expect((await readdir(place)).sort()).toEqual(
      ["patch.diff", "report.json", "run_instance.log", "strict.json", "test_output.txt"].sort(),
    );
    expect(JSON.parse(await readFile(join(out, "gold.first.json"), "utf8"))).toMatchObject({
      ...{ schema_version: 2, resolved_ids: [row.instance_id], total_instances: 1 },
    });
    expect(JSON.parse((await evaluate("gold", "first")).stdout.split("\n")[0] ?? "")).toMatchObject({
      kept: true,
    });

    const cheat = renderPatch([
      {
        path: "conftest.py",
        before: null,
        after:
          "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    report = out.get_result()\n    report.outcome, report.longrepr = 'passed', None\n",
      },
    ]);
    const predictions = join(folder, "cheat.json");
    const cheating = { [row.instance_id]: { model_name_or_path: "org/cheat", model_patch: cheat } };
    await writeFile(predictions, JSON.stringify(cheating));
    const cheated = JSON.parse((await evaluate(predictions, "cheat")).stdout.split("\n")[0] ?? "");
    expect(cheated).toMatchObject({ model: "org/cheat", official: true, strict: { verdict: "tampered" } });
    expect(await readFile(join(out, "org__cheat.cheat.json"), "utf8")).toContain(row.instance_id);

    const bad = join(folder, "bad.jsonl");
    await writeFile(bad, `${JSON.stringify({ ...row, task: "{}" })}\n`);
    const unjudged = await call(["evaluate", "--dataset", bad, "--predictions", "gold", "--out", out]);
    expect(unjudged).toMatchObject({ code: 1, stdout: expect.stringContaining("strict: unscored") });
    expect(await call(["evaluate", "--dataset", dataset])).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining("--predictions is missing") },
    });
    expect(await call(["evaluate", "x.json", "--dataset", dataset])).toMatchObject({ code: 2 });
  });

  test("the next run goes on with the next round", { timeout: 180_000 }, async () => {
    const subnet = run(["up", "--home", home, "--path", project, "--rounds", "1", "--json", ...quick]);
    expect((await subnet.ended).code).toBe(0);
    expect(of(subnet.events, "package")[0]?.round).toBe(1);
    expect(subnet.events[0]?.seq).toBe((first.at(-1)?.seq ?? 0) + 1);
    expect(subnet.events[0]?.previous).toBe(first.at(-1)?.hash);
    const twice = await call(["replay", "1", "--home", home]);
    expect(twice.stdout).toContain("all equal");
  });

  test("Ctrl-C ends an open run clean, its last record written", { timeout: 120_000 }, async () => {
    const subnet = run(["up", "--home", home, "--path", project, "--json", ...quick]);
    while (of(subnet.events, "challenge").length === 0) await new Promise((done) => setTimeout(done, 100));
    subnet.child.kill("SIGINT");
    expect((await subnet.ended).code).toBe(0);
    expect(subnet.events.at(-1), subnet.stderr()).toMatchObject({ type: "end", reason: "stopped" });
    expect(await processesOf(home)).toEqual([]);
  });
});
