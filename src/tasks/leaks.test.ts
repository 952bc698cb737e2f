import { expect, test } from "vitest";
import { addedLines, leaksOf, placesIn } from "./leaks.ts";

const secrets = {
  goldLines: ["return a [ : limit ]", "x = 1"],
  tests: ["tests/test_pages.py::TestPages::test_last[3-1]"],
  operator: "slice-ends-late",
};

test("a plain report is clean", () => {
  expect(leaksOf("pages([1, 2], 1) gives [1, 2]\n\nx = 1\n", secrets)).toEqual([]);
});

test.each([
  ["see `return a[:limit]`", "a line of the repair"],
  ["run tests/test_pages.py::TestPages::test_last[3-1]", "a hidden test"],
  ["it is in test_pages.py", "a hidden test"],
  ["test_last is red", "a hidden test"],
  ["a slice-ends-late mistake", "the kind of mistake"],
  ["this mutation", "the word mutation"],
  ["pytest says", "the word pytest"],
  ["in /work/pages.py", "a place in the sandbox"],
  ["<Page at 0x7f0a9a04fb40>", "a place in the sandbox"],
])("%s tells something", (text, leak) => {
  expect(leaksOf(text, secrets).join()).toContain(leak);
});

test("names that only look alike are no leak", () => {
  expect(leaksOf("test_lastly, my_test_pages.pyx", secrets)).toEqual([]);
  expect(placesIn("/home/work/x, 0x7f")).toBeNull();
});

test("added lines are those of code", async () => {
  const before = "def f(a):\n    return a\n";
  const after = "def f(a):\n    # new\n    a = a[1:]\n    return a\n";
  expect(await addedLines(before, after)).toEqual(["a = a [ 1 : ]"]);
  expect(await addedLines(after, before)).toEqual([]);
});
