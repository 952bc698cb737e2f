import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pytestLayer } from "../../test/evaluation/layer.ts";
import { makeShop } from "../../test/tasks/shop.ts";
import { evaluate, evaluateBase, tellCalls } from "../evaluation/index.ts";
import { type Blobs, testClock } from "../platform/index.ts";
import { Task, Tree } from "../protocol/index.ts";
import { openTester, type Project, readSource, type Tester } from "../python/index.ts";
import { openSandbox, type Sandbox } from "../sandbox/index.ts";
import { functionOf } from "./cut.ts";
import { leaksOf } from "./leaks.ts";
import { makeTasks } from "./makeTasks.ts";

let folder: string;
let sandbox: Sandbox;
let tester: Tester;
let project: Project;
let blobs: Blobs;
let tasks: Task[];
let rejected: Awaited<ReturnType<typeof makeTasks>>["rejected"];
const clock = testClock();
const rate = () => ({ logit: 0.5, low: -1, high: 2 });
const make = (count: number, seed: string, concurrency: number) =>
  makeTasks(project, { count, seed, concurrency }, { tester, blobs, clock, rate });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tasks-"));
  ({ project, blobs } = await makeShop(folder, await pytestLayer()));
  sandbox = await openSandbox();
  tester = await openTester(project, { sandbox });
  ({ tasks, rejected } = await make(9, "seed", 2));
});
afterAll(async () => {
  await tester?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const treeOf = async (hash: string) =>
  Tree.parse(JSON.parse(Buffer.from(await blobs.get(hash)).toString("utf8")));

test("tasks are whole, of different places, and what was rejected says why", () => {
  expect(tasks).toHaveLength(9);
  for (const task of tasks) {
    expect(Task.parse(task)).toEqual(task);
    expect(task.generator).toMatch(/^mutation\/[a-z]+$/);
    expect(task.id).toMatch(/^shop-[0-9a-f]{16}$/);
    expect(task.suspectLines).toBeGreaterThan(0);
    expect(task.difficulty).toEqual(rate());
  }
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(9);
  const changed = new Set(tasks.flatMap(({ baseChanges }) => Object.keys(baseChanges)));
  expect(changed).toEqual(new Set(["shop/price.py", "shop/label.py", "shop/stock.py"]));
  for (const { reason, key } of rejected) expect(reason && key).toBeTruthy();
});

test("each has hidden calls that gold answers as expected and the base does not; the miner reads few of them", async () => {
  for (const task of tasks) {
    const { hidden, statement, baseChanges } = task;
    expect(hidden.length).toBeGreaterThan(0);
    expect(await tellCalls(hidden, {}, { tester })).toEqual(hidden.map(({ expected }) => expected));
    const base: Record<string, Uint8Array> = {};
    for (const [path, hash] of Object.entries(baseChanges)) base[path] = await blobs.get(hash);
    const wrong = await tellCalls(hidden, base, { tester });
    expect(hidden.some(({ expected }, at) => wrong[at] !== expected)).toBe(true);
    const read = hidden.filter(({ call }) => statement.includes(call));
    expect(read.length, JSON.stringify(hidden)).toBeLessThan(hidden.length);
  }
});

test("each is verified: evaluation calls its base unresolved and its gold resolved", async () => {
  const using = { tester, blobs, clock };
  for (const task of tasks.slice(0, 2)) {
    const base = await evaluateBase(task, using);
    expect([base.verdict, base.failToPass.success, base.passToPass.failure]).toEqual(["unresolved", [], []]);
    expect((await evaluate(task.gold, task, using)).verdict).toBe("resolved");
  }
});

test("what a statement shows happens at the base and not on the release, and it gives nothing away", async () => {
  for (const { statement, reproduction, baseChanges, failToPass, gold } of tasks) {
    const scripts = [...statement.matchAll(/```python\n([\s\S]*?)```/g)].map(([, script = ""]) => script);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.map((script) => script.trim()).join("\n\n\n")).toBe(reproduction.trim());
    const changes: Record<string, Uint8Array> = {};
    for (const [path, hash] of Object.entries(baseChanges)) changes[path] = await blobs.get(hash);
    for (const script of [scripts[0] ?? "", reproduction]) {
      expect((await tester.script({ changes, script })).exitCode).toBe(1);
      expect((await tester.script({ changes: {}, script })).exitCode).toBe(0);
    }
    const goldLines = [...gold.matchAll(/^\+(?!\+\+)(.*)$/gm)].map(([, line = ""]) => line.trim());
    expect(leaksOf(statement, { goldLines, tests: failToPass, operator: "no-operator" })).toEqual([]);
  }
});

test("a miner's tree lacks the hidden tests and leftovers, and keeps the rest", async () => {
  for (const { challengeTree, failToPass, baseChanges } of tasks) {
    const tree = await treeOf(challengeTree);
    const text = Buffer.from(await blobs.get(tree["tests/test_shop.py"]?.hash ?? "")).toString("utf8");
    const hidden = new Set(failToPass.map(functionOf));
    for (const { id } of project.tests) {
      const name = functionOf(id);
      expect(text.includes(`def ${name.split(".").at(-1)}(`)).toBe(!hidden.has(name));
    }
    const kept = Object.keys(project.tree).filter((path) => !/^build|pycache/.test(path));
    expect(Object.keys(tree).sort()).toEqual(kept.sort());
    for (const path of kept)
      if (!(path in baseChanges) && path !== "tests/test_shop.py")
        expect(tree[path]).toEqual(project.tree[path]);
      else if (path in baseChanges) expect(tree[path]?.hash).toBe(baseChanges[path]);
  }
});

test("encodings, byte order marks and ends of line survive to the byte", async () => {
  for (const { baseChanges } of tasks)
    for (const [path, hash] of Object.entries(baseChanges)) {
      const [gold, base] = [await blobs.get(project.tree[path]?.hash ?? ""), await blobs.get(hash)];
      const [right, wrong] = [readSource(gold), readSource(base)];
      expect([wrong?.encoding, wrong?.mark]).toEqual([right?.encoding, right?.mark]);
      expect(wrong?.text.replaceAll("\r\n", "").includes("\n")).toBe(path !== "shop/label.py");
      let [head, tail] = [0, 0];
      const least = Math.min(gold.length, base.length);
      while (head < least && gold[head] === base[head]) head += 1;
      while (tail < least - head && gold.at(-1 - tail) === base.at(-1 - tail)) tail += 1;
      expect(gold.length - head - tail).toBeLessThan(200);
    }
});

test("the seed decides, however many are tried at a time", async () => {
  const again = await make(2, "seed", 1);
  expect(again.tasks).toEqual(tasks.slice(0, 2));
  const others = await make(1, "another seed", 2);
  expect(tasks.map(({ gold }) => gold)).not.toContain(others.tasks[0]?.gold);
});

test("an abort ends it", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const using = { tester, blobs, clock, rate, signal };
  await expect(makeTasks(project, { count: 1, seed: "x" }, using)).rejects.toThrow("enough");
});
