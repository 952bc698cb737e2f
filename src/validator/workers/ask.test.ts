import { expect, test } from "vitest";
import { unscored, versionsOf } from "../../evaluation/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import { hashBytes, type Task } from "../../protocol/index.ts";
import { sampleTask } from "../sampleRound.ts";
import { askForEvaluation } from "./ask.ts";

const versions = versionsOf({ pythonVersion: "3" });
const elsewhere = versionsOf({ pythonVersion: "4" });
const good = { graded: { ...unscored("none"), verdict: "unresolved" as const }, versions: elsewhere };

function world(results: (() => unknown)[]) {
  const asked: [name: string, id: string, input: unknown][] = [];
  const kept = new Map<string, string>();
  const evaluate = askForEvaluation({
    queued: {
      enqueue: async (name, id, input) => void asked.push([name, id, input]),
      result: async () => (results.shift() ?? (() => good))(),
    },
    blobs: {
      put: async (bytes) => {
        const hash = hashBytes(String(bytes));
        kept.set(hash, String(bytes));
        return hash;
      },
    },
    versions,
  });
  return { asked, kept, ask: () => evaluate("a patch", task, { miner: "alice", round: 7 }) };
}
const task: Task = sampleTask("t1");
const fails = (code: string) => () => {
  throw new TaoceptionError(code, "it did not come to its end");
};

test("what is asked for is named by round, task and miner, and holds hashes alone", async () => {
  const { asked, kept, ask } = world([]);
  expect(await ask()).toEqual(good);
  expect(asked).toEqual([
    ["evaluation", "round:7/t1/alice/1", { patch: expect.any(String), task: expect.any(String) }],
  ]);
  const { patch, task: hash } = (asked[0]?.[2] ?? {}) as { patch: string; task: string };
  expect(kept.get(patch)).toBe("a patch");
  expect(JSON.parse(kept.get(hash) ?? "")).toEqual(task);
});

test("what could not be judged is asked for once more", async () => {
  const bad = { graded: unscored(new Error("no space left")), versions: elsewhere };
  const { asked, ask } = world([() => bad]);
  expect(await ask()).toEqual(good);
  expect(asked.map(([, id]) => id)).toEqual(["round:7/t1/alice/1", "round:7/t1/alice/2"]);
  const again = world([() => bad, () => bad, () => good]);
  expect(await again.ask()).toEqual(bad);
});

test("what its workers die of is unscored; any other failure is ours", async () => {
  const { ask } = world([fails("given-up"), fails("given-up")]);
  expect(await ask()).toMatchObject({
    graded: { verdict: "unscored", reason: expect.stringContaining("did not come to its end") },
    versions,
  });
  await expect(world([fails("closing")]).ask()).rejects.toMatchObject({ code: "closing" });
});
