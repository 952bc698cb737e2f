import { expect, test } from "vitest";
import { readStatement } from "./statement.ts";

test("fenced Python becomes scripts, alone and after what stood before", () => {
  const { checks } = readStatement(
    "It fails:\n\n```python\nimport a\n```\n\nand\n\n```py\nassert a.b() == 1\n```\n",
  );
  expect(checks).toEqual([
    { kind: "script", source: "import a" },
    { kind: "script", source: "assert a.b() == 1" },
    { kind: "script", source: "import a\nassert a.b() == 1" },
  ]);
});

test("doctests are found fenced, indented and loose", () => {
  expect(readStatement("```\n>>> 1 + 1\n3\n```").checks).toEqual([
    { kind: "doctest", source: ">>> 1 + 1\n3\n" },
  ]);
  expect(readStatement("So:\n\n    >>> f(1)\n    2\n\nends").checks).toEqual([
    { kind: "doctest", source: ">>> f(1)\n2\n" },
  ]);
});

test("printed output is held against the block that is expected", () => {
  const { checks } = readStatement("```python\nprint(1)\n```\nGot:\n```\n1\n```\nExpected:\n```\n2\n```\n");
  expect(checks).toContainEqual({ kind: "output", source: "print(1)", expected: "2" });
});

test("tracebacks give frames and types, and are no code", () => {
  const reading = readStatement(
    '```\nTraceback (most recent call last):\n  File "/x/pkg/mod.py", line 7, in go\n    raise KeyError(1)\nKeyError: 1\n```',
  );
  expect(reading.checks).toEqual([]);
  expect(reading.frames).toEqual([{ file: "/x/pkg/mod.py", line: 7, name: "go" }]);
  expect([...reading.mentioned]).toEqual(["KeyError"]);
});

test("prose, other languages and open fences give nothing", () => {
  for (const text of ["It is broken.", "```bash\nrm -rf /\n```", "```python\nx = 1\n", "`a` > `b`", ""])
    expect(readStatement(text).checks).toEqual([]);
});

test("plain values that should have come are told apart from what came", () => {
  const fenced = (lead: string, value: string) => `${lead}\n\n\`\`\`\n${value}\n\`\`\`\n\n`;
  const { expected } = readStatement(
    fenced("What I got:", "None") +
      fenced("What I expected:", "'th'") +
      fenced("It should have been", "[1, 2]") +
      fenced("Expected:", "-3"),
  );
  expect([...expected]).toEqual(["'th'", "-3"]);
});
