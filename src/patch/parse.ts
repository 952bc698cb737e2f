import { badPath, readName } from "./names.ts";
import type { FilePatch, Hunk, Line, Parsed, Patch } from "./patch.ts";

export interface PatchLimits {
  /** Characters of the whole patch. */
  characters: number;
  files: number;
  hunks: number;
  /** Lines of the whole patch. */
  lines: number;
}

export const PATCH_LIMITS: PatchLimits = { characters: 1_000_000, files: 100, hunks: 1_000, lines: 50_000 };

/** What the reader stops with; never leaves this file. */
class Malformed extends Error {}
const fail = (reason: string): never => {
  throw new Malformed(reason);
};

/**
 * Read a unified diff, plain or git's. Text before and between files is passed over as git does; what is neither
 * text nor well formed is refused, and so are binary patches, renames, copies, modes, links and submodules.
 */
export function parsePatch(text: string, limits: PatchLimits = PATCH_LIMITS): Parsed {
  try {
    return { ok: true, patch: read(text, limits) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, reason: error.message };
    throw error;
  }
}

interface Reader {
  lines: string[];
  at: number;
  hunks: number;
  limits: PatchLimits;
}

/** What a `diff --git` block says before its `---` line. */
interface Header {
  name: string | null;
  created: boolean;
  deleted: boolean;
}

function read(text: string, limits: PatchLimits): Patch {
  if (text.length > limits.characters) fail(`longer than ${limits.characters} characters`);
  if (text.includes("\0")) fail("holds a NUL, so it is binary");
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > limits.lines) fail(`longer than ${limits.lines} lines`);
  const reader: Reader = { lines, at: 0, hunks: 0, limits };
  const patch: Patch = [];
  const seen = new Set<string>();
  while (reader.at < lines.length) {
    const file = readFile(reader);
    if (!file) continue;
    if (seen.has(file.path)) fail(`${file.path} is changed twice`);
    seen.add(file.path);
    patch.push(file);
    if (patch.length > limits.files) fail(`more than ${limits.files} files`);
  }
  return patch;
}

/** The next file's patch, or undefined when the line at hand begins none. */
function readFile(reader: Reader): FilePatch | undefined {
  const line = bare(reader.lines[reader.at]);
  if (line.startsWith("diff --git ")) {
    reader.at += 1;
    const header = readHeader(reader, line.slice("diff --git ".length));
    if (isNames(reader)) return readBody(reader, header);
    return emptyFile(header);
  }
  if (isNames(reader)) return readBody(reader, null);
  if (/^@@ -\d/.test(line)) fail(`line ${reader.at + 1}: a hunk that belongs to no file`);
  if (/^(?:GIT binary patch|Binary files .* differ)/.test(line)) fail("a binary patch");
  reader.at += 1;
  return undefined;
}

function isNames({ lines, at }: Reader): boolean {
  return bare(lines[at]).startsWith("--- ") && bare(lines[at + 1]).startsWith("+++ ");
}

function readHeader(reader: Reader, names: string): Header {
  const header: Header = { name: nameOfPair(names), created: false, deleted: false };
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const line = bare(reader.lines[reader.at]);
    const mode = /^(new file|deleted file|old|new) mode (\d+)$/.exec(line);
    if (mode) {
      if (mode[1] === "old" || mode[1] === "new") fail("a change of mode");
      if (mode[2] === "120000") fail("a symbolic link");
      if (mode[2] === "160000") fail("a submodule");
      if (mode[1] === "new file" && mode[2] !== "100644") fail(`a new file of mode ${mode[2]}`);
      header.created ||= mode[1] === "new file";
      header.deleted ||= mode[1] === "deleted file";
    } else if (/^(?:rename|copy) (?:from|to) |^(?:dis)?similarity index /.test(line))
      fail("a rename or copy");
    else if (/^(?:GIT binary patch|Binary files .* differ)/.test(line)) fail("a binary patch");
    else if (/^index [0-9a-f]+\.\.[0-9a-f]+ (?:120000|160000)$/.test(line)) fail("a link or submodule");
    else if (!/^index [0-9a-f]+\.\.[0-9a-f]+(?: 100(?:644|755))?$/.test(line)) break;
  }
  return header;
}

/** The one name in `a/NAME b/NAME`, or null when the two differ or cannot be told apart. */
function nameOfPair(names: string): string | null {
  const quoted = /^("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")$/.exec(names);
  const half = (names.length - 1) / 2;
  const [old, new_] = quoted
    ? [readName(quoted[1] ?? ""), readName(quoted[2] ?? "")]
    : [names.slice(0, half), names.slice(half + 1)];
  if (!old?.startsWith("a/") || !new_?.startsWith("b/") || old.slice(2) !== new_.slice(2)) return null;
  return old.slice(2);
}

/** A created or deleted empty file: git writes no `---` line for it. */
function emptyFile(header: Header): FilePatch {
  if (header.created === header.deleted) fail(`${header.name ?? "a file"} is named but not changed`);
  return { path: pathOf(header.name), kind: header.created ? "create" : "delete", hunks: [] };
}

function readBody(reader: Reader, header: Header | null): FilePatch {
  const old = readName(bare(reader.lines[reader.at]).slice(4));
  const new_ = readName(bare(reader.lines[reader.at + 1]).slice(4));
  reader.at += 2;
  if (old === null || new_ === null) return fail("a file name that cannot be read");
  const created = old === "/dev/null";
  const deleted = new_ === "/dev/null";
  if (created && deleted) fail("a file that is nothing before and nothing after");
  const prefixed = (created || old.startsWith("a/")) && (deleted || new_.startsWith("b/"));
  const cut = prefixed ? 2 : 0;
  const path = pathOf(created ? new_.slice(cut) : old.slice(cut));
  if (!created && !deleted && new_.slice(cut) !== path)
    fail(`${path} is renamed to ${new_.slice(cut).slice(0, 200)}`);
  if (header?.name && header.name !== path) fail(`the headers name both ${header.name} and ${path}`);
  if ((header?.created && !created) || (header?.deleted && !deleted)) fail(`${path}: the headers disagree`);
  const hunks: Hunk[] = [];
  while (/^@@ /.test(reader.lines[reader.at] ?? "")) hunks.push(readHunk(reader, path));
  if (hunks.length === 0) fail(`${path}: no hunk`);
  noLinesBeside(reader, path);
  const file: FilePatch = { path, kind: created ? "create" : deleted ? "delete" : "modify", hunks };
  checkOrder(file);
  return file;
}

const pathOf = (name: string | null): string => {
  const reason = badPath(name ?? "");
  return reason === null && name !== null ? name : fail(reason ?? "no file name");
};

function readHunk(reader: Reader, path: string): Hunk {
  reader.hunks += 1;
  if (reader.hunks > reader.limits.hunks) fail(`more than ${reader.limits.hunks} hunks`);
  const at = `${path}, line ${reader.at + 1}`;
  const head = /^@@ -(\d{1,8})(?:,(\d{1,8}))? \+(\d{1,8})(?:,(\d{1,8}))? @@/.exec(
    reader.lines[reader.at] ?? "",
  );
  if (!head) return fail(`${at}: not a hunk's header`);
  reader.at += 1;
  let old = Number(head[2] ?? 1);
  let new_ = Number(head[4] ?? 1);
  const lines: Line[] = [];
  while (old > 0 || new_ > 0 || reader.lines[reader.at]?.startsWith("\\ ")) {
    const text = reader.lines[reader.at];
    if (text === undefined) return fail(`${at}: the hunk is cut off`);
    reader.at += 1;
    if (text.startsWith("\\ ")) {
      const last = lines.at(-1);
      if (!last?.text.endsWith("\n")) return fail(`${at}: no line that could lack a newline`);
      last.text = last.text.slice(0, -1);
      continue;
    }
    const kind = text === "" ? " " : text[0]; // editors strip the blank of an empty context line
    if (kind !== " " && kind !== "+" && kind !== "-")
      return fail(`${at}: the hunk is shorter than its header says`);
    if (kind !== "+") old -= 1;
    if (kind !== "-") new_ -= 1;
    if (old < 0 || new_ < 0) return fail(`${at}: the hunk does not fit its header`);
    lines.push({ kind, text: `${text.slice(1)}\n` });
  }
  return { oldStart: Number(head[1]), newStart: Number(head[3]), lines };
}

/** A changed line right behind a hunk means that its header counts wrongly; "-- " begins a mail's signature. */
function noLinesBeside(reader: Reader, path: string): void {
  const line = reader.lines[reader.at];
  if (line === undefined || isNames(reader) || line === "-- ") return;
  if (/^[+\- ]/.test(line)) fail(`${path}, line ${reader.at + 1}: the hunk is longer than its header says`);
}

/** Hunks ascend without overlap; a line without a newline is the last of its side; a new file has no old lines. */
function checkOrder({ path, kind, hunks }: FilePatch): void {
  let next = 0;
  const ended = { old: false, new: false };
  for (const { oldStart, lines } of hunks) {
    const old = lines.filter((line) => line.kind !== "+").length;
    const first = old === 0 ? oldStart : oldStart - 1;
    if (first < next) fail(`${path}: the hunks overlap or are out of order`);
    next = first + old;
    if (kind === "create" && old > 0) fail(`${path}: a new file with old lines`);
    if (kind === "delete" && lines.some((line) => line.kind !== "-"))
      fail(`${path}: a deleted file with lines left`);
    for (const line of lines) {
      const sides = { old: line.kind !== "+", new: line.kind !== "-" };
      if ((sides.old && ended.old) || (sides.new && ended.new))
        fail(`${path}: lines behind the end of the file`);
      if (line.text.endsWith("\n")) continue;
      ended.old ||= sides.old;
      ended.new ||= sides.new;
    }
  }
}

/** A header line without the carriage return that some tools leave. */
function bare(line: string | undefined): string {
  return line?.endsWith("\r") ? line.slice(0, -1) : (line ?? "");
}
