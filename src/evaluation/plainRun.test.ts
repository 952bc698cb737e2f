import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pytestLayer } from "../../test/evaluation/layer.ts";
import { makeSubject, type Subject } from "../../test/evaluation/subject.ts";
import { openTester, type Tester } from "../python/index.ts";
import { openSandbox, type Sandbox } from "../sandbox/index.ts";
import { runPlainly } from "./plainRun.ts";

let folder: string;
let sandbox: Sandbox;
let tester: Tester;
let subject: Subject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plain-"));
  subject = await makeSubject(folder, await pytestLayer());
  // the subject's own ini file holds an option that only our runner ignores
  subject.task.baseChanges["pytest.ini"] = await subject.blobs.put("[pytest]\n");
  sandbox = await openSandbox();
  tester = await openTester(subject.project, { sandbox });
});
afterAll(async () => {
  await tester?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
const run = (patch: string) => runPlainly(patch, subject.task, { tester, blobs: subject.blobs });
const conftest = (text: string) => subject.patch({ "conftest.py": text });

test("gold's log has the markers in order, each test's line and the exit code", async () => {
  const { applied, log } = await run(subject.gold);
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
    subject.patch({ "tests/test_box.py": (before) => before.replaceAll("assert", "assert True or") }),
  );
  expect(log).toContain("FAILED tests/test_box.py::test_total");
});

test("what does not apply does not run", async () => {
  expect(await run("no diff")).toEqual({ applied: false, log: "", timedOut: false });
});
