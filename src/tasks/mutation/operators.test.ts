import { expect, test } from "vitest";
import { parsePython, splice } from "../../python/index.ts";
import { operators } from "./operators.ts";

test("the operators have names of their own, of two words or more", () => {
  const names = operators.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(28);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
});

test.each(operators.map((operator) => [operator.name, operator] as const))(
  "%s does what its example says",
  async (_, { query, edit, example: [before, after] }) => {
    using syntax = await parsePython(before);
    expect(syntax.root.hasError).toBe(false);
    const edits = syntax.find(query, "it").flatMap((node) => {
      const found = edit(node);
      return found ? [found] : [];
    });
    expect(edits.length).toBeGreaterThan(0);
    expect(splice(before, edits[0] ?? [])).toBe(after);
    using changed = await parsePython(after);
    expect(changed.root.hasError).toBe(false);
  },
);
