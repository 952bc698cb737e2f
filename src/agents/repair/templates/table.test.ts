import { expect, test } from "vitest";
import { withTree } from "../parse.ts";
import { applySplices, propose } from "../propose.ts";
import { readSource } from "../source.ts";
import { templates } from "./table.ts";

const failures: Record<string, { types?: string[]; missing?: string[]; mentioned?: string[] }> = {
  "missing-raise": { mentioned: ["ValueError"] },
  "missing-name-set": { missing: ["total"] },
  "caught-other": { types: ["IndexError"] },
  "try-added": { types: ["StopIteration"] },
  "raise-as-sibling": { mentioned: ["KeyError"] },
  "nested-scope": { types: ["UnboundLocalError"] },
};

test("there are at least 45 templates, each with a name of its own and a sane prior", () => {
  expect(templates.length).toBeGreaterThanOrEqual(45);
  expect(new Set(templates.map(({ name }) => name)).size).toBe(templates.length);
  for (const { prior } of templates) expect(prior).toBeGreaterThan(0);
  for (const { prior } of templates) expect(prior).toBeLessThanOrEqual(1);
});

test.each(templates)("$name makes its example", async ({ name, example: [before, after] }) => {
  const file = await withTree(before, (cursor) => readSource("example.py", before, cursor));
  const { types = [], missing = [], mentioned = [] } = failures[name] ?? {};
  const failure = {
    ...{ types: new Set(types), missing: new Set(missing), mentioned: new Set(mentioned) },
    expected: new Set<string>(),
  };
  const made = file.functions.flatMap((owner) =>
    [...propose(owner.node, owner, file, failure)]
      .filter(({ template }) => template === name)
      .map(({ splices }) => applySplices(before, splices)),
  );
  expect(made).toContain(after);
});
