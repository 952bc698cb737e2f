import { expect, test } from "vitest";
import { localise } from "./localise.ts";

test("lines that passing runs share are less suspect, and a traceback's innermost line is the most", () => {
  const failing = [{ "a.py": [1, 2, 3] }, { "a.py": [1, 2, 3, 4] }];
  const scores = localise(failing, [{ "a.py": [1] }], []).get("a.py");
  expect(scores?.get(0)).toBeCloseTo(2 / Math.sqrt(2 * 3));
  expect(scores?.get(1)).toBe(1);
  expect(scores?.get(3)).toBeCloseTo(Math.SQRT1_2);
  const frames = [1, 2, 2, 2, 3, 2].map((line) => ({ file: "a.py", line }));
  const raised = localise(failing, [], frames).get("a.py");
  expect([0, 1, 2, 3].map((row) => Number(raised?.get(row)?.toFixed(2)))).toEqual([1.1, 1.4, 1.1, 0.71]);
});
