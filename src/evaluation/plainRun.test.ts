import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSubject, openSubject } from "../../test/evaluation/openSubject.ts";
import { runPlainly } from "./plainRun.ts";

let opened: OpenSubject;
beforeAll(async () => {
  opened = await openSubject();
  // the subject's own ini file holds an option that only our runner ignores
  const { task, blobs } = opened.subject;
  task.baseChanges["pytest.ini"] = await blobs.put("[pytest]\n");
});
afterAll(() => opened?.[Symbol.asyncDispose]());
const run = (patch: string) =>
  runPlainly(patch, opened.subject.task, { tester: opened.tester, blobs: opened.subject.blobs });
const conftest = (text: string) => opened.subject.patch({ "conftest.py": text });

test("gold's log has the markers in order, each test's line and the exit code", async () => {
  const { applied, log } = await run(opened.subject.gold);
  expect(applied).toBe(true);
  expect(log).toMatch(
    />>>>> Start Test Output\n[\s\S]*PASSED tests\/test_box.py::test_total\n[\s\S]*>>>>> End Test Output\n>>>>> Test Exit Code: 0\n$/,
  );
});

test("it believes what any harness would: a conftest.py that says passed", async () => {
  const lies = conftest(
    "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    out.get_result().outcome = 'passed'\n",
  );
  const { log } = await run(lies);
  expect(log).toContain("PASSED tests/test_box.py::test_total ");
  expect(log).toContain(">>>>> Test Exit Code: 0");
});

test("tests that the patch rewrites are put back", async () => {
  const { log } = await run(
    opened.subject.patch({ "tests/test_box.py": (before) => before.replaceAll("assert", "assert True or") }),
  );
  expect(log).toContain("FAILED tests/test_box.py::test_total");
});

test("what does not apply does not run", async () => {
  expect(await run("no diff")).toEqual({ applied: false, log: "", timedOut: false });
});
