import type { FilePatch, Line, Patch } from "./patch.ts";

const KINDS = { modify: "modify", create: "delete", delete: "create" } as const;
const SIGNS = { " ": " ", "+": "-", "-": "+" } as const;

/** The patch that takes another one back. */
export function reversePatch(patch: Patch): Patch {
  return patch.map(
    ({ path, kind, hunks }): FilePatch => ({
      path,
      kind: KINDS[kind],
      hunks: hunks.map(({ oldStart, newStart, lines }) => ({
        oldStart: newStart,
        newStart: oldStart,
        lines: lines.map(({ kind: sign, text }): Line => ({ kind: SIGNS[sign], text })),
      })),
    }),
  );
}
