import { type FilePatch, type Hunk, linesOf, type Patch } from "./patch.ts";

/** The changed files: path to new text, null for deleted. */
export type Applied = { ok: true; files: Record<string, string | null> } | { ok: false; reason: string };

/** How many lines a hunk may lie away from where its header puts it. */
const FARTHEST = 100;

/**
 * Apply a patch. Context must match to the character; only its place may be off by a few lines. `read` gives a
 * file's text, undefined where there is none. All files or none.
 */
export function applyPatch(patch: Patch, read: (path: string) => string | undefined): Applied {
  const files: Record<string, string | null> = {};
  for (const file of patch) {
    const before = read(file.path);
    if (file.kind === "create" && before !== undefined)
      return { ok: false, reason: `${file.path} is there already` };
    if (file.kind !== "create" && before === undefined)
      return { ok: false, reason: `${file.path} is not there` };
    const after = applyFile(file, linesOf(before ?? ""));
    if (typeof after !== "string") return { ok: false, reason: `${file.path}: ${after.reason}` };
    if (file.kind === "delete" && after !== "")
      return { ok: false, reason: `${file.path}: deleted, but lines would be left` };
    files[file.path] = file.kind === "delete" ? null : after;
  }
  return { ok: true, files };
}

function applyFile({ hunks }: FilePatch, lines: readonly string[]): string | { reason: string } {
  const result: string[] = [];
  let done = 0;
  let drift = 0;
  for (const [index, hunk] of hunks.entries()) {
    const old = hunk.lines.flatMap(({ kind, text }) => (kind === "+" ? [] : [text]));
    const expected = (old.length === 0 ? hunk.oldStart : hunk.oldStart - 1) + drift;
    const at = placeOf(old, expected, lines, done);
    if (at === undefined) return { reason: `hunk ${index + 1} does not match (${describe(hunk)})` };
    drift += at - expected;
    for (let line = done; line < at; line += 1) result.push(lines[line] ?? "");
    for (const { kind, text } of hunk.lines) if (kind !== "-") result.push(text);
    done = at + old.length;
  }
  for (let line = done; line < lines.length; line += 1) result.push(lines[line] ?? "");
  if (result.slice(0, -1).some((line) => !line.endsWith("\n")))
    return { reason: "a line without a newline before the end" };
  return result.join("");
}

/** Where the old lines stand: the place itself, else the nearest one, the later of two that are equally near. */
function placeOf(
  old: readonly string[],
  expected: number,
  lines: readonly string[],
  from: number,
): number | undefined {
  const fits = (at: number) =>
    at >= from && at + old.length <= lines.length && old.every((text, line) => lines[at + line] === text);
  if (old.length === 0) return expected >= from && expected <= lines.length ? expected : undefined;
  for (let away = 0; away <= FARTHEST; away += 1) {
    if (fits(expected + away)) return expected + away;
    if (fits(expected - away)) return expected - away;
  }
  return undefined;
}

function describe({ oldStart, lines }: Hunk): string {
  const first = lines.find(({ kind }) => kind !== "+")?.text ?? "";
  return `at line ${oldStart}: ${JSON.stringify(first.slice(0, 80))}`;
}
