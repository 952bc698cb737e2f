import { expect, test } from "vitest";
import { systemClock, TaoceptionError } from "../platform/index.ts";
import { canonicalJson, hashBytes } from "../protocol/index.ts";
import type { Outcome } from "../python/index.ts";
import { evaluate, evaluateBase } from "./evaluate.ts";
import { sampleRun, sampleTask } from "./sampleWork.ts";

const store = new Map<string, Uint8Array>();
const put = (text: string) => {
  store.set(hashBytes(text), Buffer.from(text));
  return hashBytes(text);
};
const blobs = {
  get: async (hash: string) => {
    const found = store.get(hash);
    if (!found) throw new TaoceptionError("missing-blob", `no blob ${hash}`);
    return found;
  },
};
const task = {
  ...sampleTask,
  releaseTree: put(canonicalJson({ "m.py": { hash: put("def f():\n    return 1\n"), executable: false } })),
  baseChanges: { "m.py": put("def f():\n    return 2\n") },
};

/** A runner that knows by the file's text whether the defect is mended: a double of the sandbox, for the order of things. */
const tester = (onRun: () => void = () => {}) => ({
  async run({
    changes,
    tests,
  }: {
    changes: Readonly<Record<string, Uint8Array | null>>;
    tests: readonly string[];
  }) {
    onRun();
    const mended = Buffer.from(changes["m.py"] ?? [])
      .toString()
      .includes("return 1");
    const expected = [
      "failed",
      "failed",
      "failed",
      "failed",
      "failed",
      "passed",
      "error",
      "failed",
      "passed",
    ] as const;
    const canaries = tests.slice(1).map((id, at): [string, Outcome] => [id, expected[at] ?? "passed"]);
    return sampleRun({ outcomes: { "t::a": mended ? "passed" : "failed", ...Object.fromEntries(canaries) } });
  },
  script: async () => ({ exitCode: 0, timedOut: false, stderr: "" }) as never,
});
const using = (more: object = {}) => ({ tester: tester(), blobs, clock: systemClock, ...more });

test("gold is resolved, the base is not, and the judge hears of the one only", async () => {
  const heard: string[] = [];
  const judge = async (patch: string) => {
    heard.push(patch);
    return 0.7;
  };
  expect(await evaluate(task.gold, task, using({ judge }))).toMatchObject({
    verdict: "resolved",
    judge: 0.75,
    goldLines: 2,
  });
  expect(await evaluate("", task, using({ judge }))).toMatchObject({
    verdict: "invalid-patch",
    layer: "empty",
    judge: null,
  });
  expect(await evaluateBase(task, using())).toMatchObject({ verdict: "unresolved", layer: "grade" });
  expect(heard).toEqual([task.gold]);
});

test.each([
  ["fails", () => Promise.reject(new Error("no model"))],
  ["says nonsense", async () => 7],
  ["says nothing", async () => null],
])("a judge that %s changes nothing", async (_, judge) => {
  expect(await evaluate(task.gold, task, using({ judge }))).toMatchObject({
    verdict: "resolved",
    judge: null,
  });
});

test("what we cannot do is unscored, with the reason", async () => {
  const broken = tester(() => {
    throw new TaoceptionError("template-ended", "the template has ended");
  });
  expect(await evaluate(task.gold, task, using({ tester: broken }))).toMatchObject({
    verdict: "unscored",
    layer: "evaluation",
    reason: "the template has ended",
  });
  expect(await evaluate(task.gold, { ...task, releaseTree: "f".repeat(64) }, using())).toMatchObject({
    verdict: "unscored",
  });
  expect(await evaluate(task.gold, { ...task, releaseTree: put("no json") }, using())).toMatchObject({
    verdict: "unscored",
  });
});

test("an aborted evaluation is no evaluation", async () => {
  const controller = new AbortController();
  const stopped = tester(() => {
    controller.abort(new Error("stopping"));
    throw controller.signal.reason;
  });
  await expect(
    evaluate(task.gold, task, using({ tester: stopped, signal: controller.signal })),
  ).rejects.toThrow("stopping");
});
