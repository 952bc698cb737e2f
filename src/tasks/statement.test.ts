import { expect, test } from "vitest";
import type { Call } from "./calls.ts";
import type { Difference } from "./differences.ts";
import { scriptsFor } from "./script.ts";
import { caseOf, reproductionOf, titleOf, writeStatement } from "./statement.ts";

const call: Call = {
  name: "shop.total",
  title: "total",
  depth: 0,
  prelude: ["from shop import total"],
  call: "total([1, 2])",
  statement: false,
  variable: null,
};
const value = (text: string, how: "value" | "first" = "value") => ({ how, text, observed: false });
const raised = (kind: string, module = "builtins") => ({ raised: kind, module, message: "no" });
const difference = (expected: Difference["expected"], got: Difference["got"], more = {}): Difference => ({
  ...{ call: { ...call, ...more }, expected, got },
  ...{ lines: new Map(), tests: new Set() },
});

test("a wrong value becomes an equality, or one of what is printed", () => {
  const [plain, exact] = scriptsFor(difference(value("3"), value("2")));
  expect(plain).toBe("from shop import total\n\nresult = total([1, 2])\nassert result == 3, result\n");
  expect(exact).toContain("assert repr(result) == repr(3), result");
  expect(scriptsFor(difference(value("None"), value("2")))[0]).toContain("assert result is None");
  expect(scriptsFor(difference(value("[1]", "first"), value("2")))[0]).toContain(
    "result = list(islice(total([1, 2]), 5))",
  );
});

test("an error that should come is asked for, with its import", () => {
  const [script] = scriptsFor(difference(raised("Bad", "shop.errors"), value("2")));
  expect(script).toBe(
    'from shop.errors import Bad\nfrom shop import total\n\ntry:\n    result = total([1, 2])\nexcept Bad:\n    pass\nelse:\n    raise AssertionError("no Bad: {!r}".format(result))\n',
  );
});

test("a state that should come is looked at after the call", () => {
  const seen = { how: "value" as const, text: "[1]", observed: true };
  const [script] = scriptsFor(difference(seen, value("2"), { call: "bag.add(1)", variable: "bag" }));
  expect(script).toContain("bag.add(1)\nresult = bag\nassert result == [1], result");
});

test("titles say what a user sees", () => {
  expect(titleOf(difference(value("3"), value("2")))).toBe("Wrong result from total");
  expect(titleOf(difference(value("3"), raised("KeyError")))).toBe("total fails with KeyError");
  expect(titleOf(difference(raised("KeyError"), value("3")))).toBe("total does not raise KeyError");
  expect(titleOf(difference(raised("A"), raised("B")))).toBe("total raises B instead of A");
});

test("a statement has a title, and for each case a script, what came and what was expected", () => {
  const cases = [
    caseOf("assert 1\n", difference(value("'``` x'"), raised("KeyError"))),
    caseOf("assert 2\n", difference(value("2"), value("3"))),
  ];
  const text = writeStatement("It breaks", cases, { name: "shop", version: "1.0" }, "seed");
  expect(text).toMatch(
    /^# It breaks\n\n[^\n]*shop 1\.0[^\n]*\n\n```python\nassert 1\n```\n\nWhat I got:\n\n/,
  );
  expect(text).toContain(
    "What I got:\n\n```\nKeyError: no\n```\n\nWhat I expected:\n\n````\n'``` x'\n````\n",
  );
  expect(text.match(/```python/g)).toHaveLength(2);
  expect(reproductionOf(cases)).toBe("assert 1\n\n\nassert 2\n");
  expect(writeStatement("It breaks", cases, { name: "shop", version: "1.0" }, "seed")).toBe(text);
});
