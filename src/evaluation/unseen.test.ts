import { expect, test } from "vitest";
import { sampleTask } from "./sampleWork.ts";
import { withoutUnseen } from "./unseen.ts";

const gone = (failToPass: string[], changes = {}) =>
  withoutUnseen(changes, {
    ...sampleTask,
    context: { ...sampleTask.context, testPaths: ["check"] },
    failToPass,
  });

test("the files of hidden tests are gone, and what is changed stays as it is", () => {
  expect(gone(["check/m.py::test_a", "check/m.py::test_b", "m/tests/test_n.py::N::test"])).toEqual({
    "check/m.py": null,
    "m/tests/test_n.py": null,
  });
  const changed = { "m.py": Buffer.from("x"), "check/m.py": Buffer.from("y") };
  expect(gone(["check/m.py::test_a"], changed)).toEqual(changed);
});

test("a module whose examples are tests is no test's own file", () => {
  expect(gone(["m.py::m.f"])).toEqual({});
});
