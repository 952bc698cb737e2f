import { expect, test } from "vitest";
import { reasonOf, unavailable } from "./uvWords.ts";

// what uv 0.13.9 and older ones say
const chained = `  × No solution found when resolving dependencies:
  ╰─▶ Because forbiddenfruit==0.1.4 has no usable wheels and only forbiddenfruit<=0.1.4
      is available, we can conclude that forbiddenfruit>=0.1.4 cannot be used.
      And because blockbuster>=1.5.24 depends on forbiddenfruit>=0.1.4 and you require blockbuster, pytest>=8
      we can conclude that your requirements are unsatisfiable.
hint: wheels are required`;
const words: [string, string[]][] = [
  [chained, ["blockbuster", "forbiddenfruit"]],
  [
    "error: No solution found\n  cause: Because all versions of big-o have no usable wheels and you require big-o",
    ["big-o"],
  ],
  [
    "Because pythonwarn_x was not found in the package registry and you require pythonwarn_x",
    ["pythonwarn-x"],
  ],
  ["Because there are no versions of odd.name and you require odd.name", ["odd-name"]],
  [
    "Because you require markdown-it-py==3.0.0 and markdown-it-py==4.2.0, your requirements are unsatisfiable",
    [],
  ],
  ["Because pytest was not found", []],
];

test.each(words)("what the index has not: %j", (said, names) => {
  expect([...unavailable(said)].sort()).toEqual(names);
});

test("the reason in one line, without the hint", () => {
  expect(reasonOf(chained)).toMatch(
    /^× No solution found when resolving dependencies: Because forbiddenfruit==0.1.4 has no/,
  );
  expect(reasonOf(chained)).not.toContain("\n");
});
