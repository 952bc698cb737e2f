import { expect, test } from "vitest";
import { makeCanaries } from "./canary.ts";

test("canaries lie beside the tests, under names that are new each time, and tell nothing", () => {
  const one = makeCanaries(["tests/unit/test_a.py::test_b"]);
  const other = makeCanaries(["test_a.py::test_b"]);
  const [file = ""] = Object.keys(one.files);
  expect(file).toMatch(/^tests\/unit\/test_[0-9a-f]{16}\.py$/);
  expect(Object.keys(other.files)[0]).toMatch(/^test_[0-9a-f]{16}\.py$/);
  const text = Buffer.from(one.files[file] ?? []).toString();
  expect(text).not.toMatch(/canary/i);
  for (const id of Object.keys(one.expected)) {
    const names = id.slice(file.length + 2).split("::");
    for (const name of names) expect(text).toContain(name);
  }
  expect(Object.values(one.expected).sort()).toEqual([
    ...["error", ...Array(6).fill("failed"), "passed", "passed"],
  ]);
  expect(Object.keys(one.expected).filter((id) => Object.keys(other.expected).includes(id))).toEqual([]);
});
