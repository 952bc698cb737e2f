import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPatch } from "./apply.ts";
import { parsePatch } from "./parse.ts";
import { renderPatch } from "./render.ts";
import { reversePatch } from "./reverse.ts";

const text = fc
  .array(fc.constantFrom("a\n", "b\n", "c\r\n", "d\n"), { maxLength: 12 })
  .map((lines) => lines.join(""));

test("what a patch changes, its reverse takes back", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after && before !== "" && after !== "");
      const parsed = parsePatch(renderPatch([{ path: "m.py", before, after }]));
      expect(parsed.ok && applyPatch(reversePatch(parsed.patch), () => after)).toEqual({
        ok: true,
        files: { "m.py": before },
      });
    }),
  );
});

test("a file that was made goes, one that was deleted comes back", () => {
  const both = renderPatch([
    { path: "a.py", before: null, after: "x\n" },
    { path: "b.py", before: "y\n", after: null },
  ]);
  const parsed = parsePatch(both);
  const back = parsed.ok ? reversePatch(parsed.patch) : [];
  expect(applyPatch(back, (path) => (path === "a.py" ? "x\n" : undefined))).toEqual({
    ok: true,
    files: { "a.py": null, "b.py": "y\n" },
  });
});
