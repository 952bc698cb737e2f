import { expect, test } from "vitest";
import { canonicalJson, hashBytes } from "../protocol/index.ts";
import { sampleTask } from "./sampleWork.ts";
import { openState } from "./state.ts";

async function opened(paths: string[], changed: string[] = []) {
  const store = new Map<string, Uint8Array>();
  const put = (text: string) => {
    store.set(hashBytes(text), Buffer.from(text));
    return hashBytes(text);
  };
  const tree = Object.fromEntries(paths.map((path) => [path, { hash: put(path), executable: false }]));
  const task = {
    ...sampleTask,
    releaseTree: put(canonicalJson(tree)),
    baseChanges: Object.fromEntries(changed.map((path) => [path, put(`changed ${path}`)])),
  };
  return openState(task, { blobs: { get: async (hash: string) => store.get(hash) ?? Buffer.of() } });
}

test("what a build left behind is not in the base state, and what tests read is", async () => {
  const gone = ["build/lib/m.py", "m/__pycache__/m.cpython-311.pyc", "m.py.orig", "dist/m-1.tar.gz"];
  const tests = ["tests/__pycache__/test_m.pyc", "tests/test_m.py.orig"];
  const kept = ["m.py", "tests/data/a.whl", "tests/test_m.py"];
  const state = await opened([...gone, ...tests, ...kept], ["m.py"]);
  expect([...state.paths].sort()).toEqual(kept);
  for (const path of [...gone, ...tests]) {
    expect(state.baseChanges[path]).toBeNull();
    expect(await state.base(path)).toBeUndefined();
  }
  expect(String(await state.base("m.py"))).toBe("changed m.py");
  expect(String(await state.release("m.py"))).toBe("m.py");
});
