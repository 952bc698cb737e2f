import { expect, test } from "vitest";
import { heard } from "./heard.ts";

const limits = { line: 40, lines: 5, brackets: 8, commas: 6 };

test("whole lines of JSON are heard, others left out", () => {
  expect(heard('{"a":1}\nnot ours\n\n[2]\n"cut o')).toEqual([{ a: 1 }, [2]]);
  expect(heard('{"a":1}')).toEqual([{ a: 1 }]);
  expect(heard("")).toEqual([]);
});

test("a line that is too long or holds too much is left out, and the next is heard", () => {
  expect(heard(`"${"x".repeat(39)}"\n1\n`, limits)).toEqual([1]);
  expect(heard(`"${"x".repeat(38)}"\n1\n`, limits)).toEqual(["x".repeat(38), 1]);
  expect(heard(`${"[".repeat(9)}${"]".repeat(9)}\n2\n`, limits)).toEqual([2]);
  expect(heard("[1,1,1,1,1,1,1,1]\n3\n", limits)).toEqual([3]);
});

test("all lines together are bounded", () => {
  expect(heard("1\n2\nx\n4\n5\n6\n7\n", limits)).toEqual([1, 2, 4, 5]);
  expect(heard("[[[[1]]]]\n[[[[2]]]]\n[3]\n4\n", limits)).toEqual([[[[[1]]]], [[[[2]]]], 4]);
  expect(heard("[1,1,1,1]\n[2,2,2,2]\n[3,3]\n", limits)).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ]);
});

test("sixty-four megabytes of nothing, or of brackets, cost little", () => {
  const before = process.memoryUsage().heapUsed;
  const size = 64 * 1024 * 1024;
  expect(heard("\n".repeat(size))).toEqual([]);
  const nested = `[${"[],".repeat(1_000_000)}[]]\n`;
  expect(heard(nested.repeat(Math.floor(size / nested.length)))).toEqual([]);
  const small = `[${"[],".repeat(300_000)}[]]\n`;
  expect(heard(small.repeat(70))).toHaveLength(3);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(512 * 1024 * 1024);
});
