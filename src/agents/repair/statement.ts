import type { Check } from "../../python/index.ts";

/** What a statement says that a machine can use. */
export interface Reading {
  /** Things to run that may show the defect; whether they do is seen only on the tree. */
  checks: Check[];
  /** Frames of tracebacks in the text. */
  frames: { file: string; line: number; name: string }[];
  /** Exception types that it speaks of. */
  mentioned: Set<string>;
  /** Identifiers that it speaks of. */
  words: Set<string>;
  /** Plain values, as Python writes them, that it says should have come. */
  expected: Set<string>;
}

const most = 12;
const leadsToExpected = /expect|should|correct/i;
const plain = /^('[^'\n]{0,40}'|"[^"\n]{0,40}"|-?\d+(\.\d+)?|None|True|False|\[\]|\{\}|\(\))$/;

/** Read a statement: code blocks, doctests, printed output beside what was expected, tracebacks, names. */
export function readStatement(statement: string): Reading {
  const text = statement.replaceAll("\r\n", "\n");
  const blocks = fences(text);
  const prose = outside(text);
  const checks: Check[] = [];
  let before = "";
  for (const [at, { language, content, lead }] of blocks.entries()) {
    if (/^\s*>>> /m.test(content)) checks.push({ kind: "doctest", source: `${content}\n` });
    else if (isCode(language, content)) {
      const source = dedent(content);
      checks.push({ kind: "script", source });
      if (before !== "") checks.push({ kind: "script", source: `${before}\n${source}` });
      const expected = expectedOutput(blocks.slice(at + 1));
      if (expected !== null && /\bprint\s*\(/.test(source)) checks.push({ kind: "output", source, expected });
      before = before === "" ? source : `${before}\n${source}`;
    } else if (!lead) before ||= "";
  }
  for (const source of looseDoctests(prose)) checks.push({ kind: "doctest", source });
  return {
    checks: checks.slice(0, most),
    frames: frames(text),
    mentioned: new Set(
      text.match(/\b(?:[A-Z]\w*(?:Error|Exception|Warning)|StopIteration|KeyboardInterrupt)\b/g) ?? [],
    ),
    words: new Set(text.match(/[A-Za-z_]\w+/g) ?? []),
    expected: new Set(
      blocks
        .filter(({ lead }) => leadsToExpected.test(lead))
        .map(({ content }) => content.trim())
        .filter((value) => plain.test(value)),
    ),
  };
}

interface Fence {
  language: string;
  content: string;
  /** The line of prose in front of it. */
  lead: string;
}

const fence = /^([ \t]*)(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)^[ \t]*\2[ \t]*$/gm;

function fences(text: string): Fence[] {
  return [...text.matchAll(fence)].map((match) => ({
    language: (match[3] ?? "").toLowerCase(),
    content: dedent(match[4] ?? ""),
    lead: text.slice(0, match.index).trimEnd().split("\n").at(-1) ?? "",
  }));
}

const outside = (text: string) => text.replace(fence, "\n");

function isCode(language: string, content: string): boolean {
  if (/Traceback \(most recent call last\)/.test(content)) return false;
  if (/^(python|py|python3|pycon)$/.test(language)) return true;
  return language === "" && /^(?:import|from|assert|def|class|for|try:|print\()|^\w+ = /m.test(content);
}

/** The block that prose introduces as what should have been printed. */
function expectedOutput(later: readonly Fence[]): string | null {
  for (const { language, content, lead } of later) {
    if (isCode(language, content)) return null;
    if (leadsToExpected.test(lead)) return content;
  }
  return null;
}

function looseDoctests(prose: string): string[] {
  const found: string[] = [];
  let current: string[] = [];
  for (const line of [...prose.split("\n"), ""]) {
    const inside = /^\s*>>> /.test(line) || (current.length > 0 && line.trim() !== "");
    if (inside) current.push(line);
    else if (current.length > 0) {
      found.push(`${dedent(current.join("\n"))}\n`);
      current = [];
    }
  }
  return found.length > 1 ? [found.join("\n"), ...found] : found;
}

function frames(text: string): Reading["frames"] {
  return [...text.matchAll(/File "([^"\n]+)", line (\d+)(?:, in (\S+))?/g)].map((match) => ({
    file: match[1] ?? "",
    line: Number(match[2]),
    name: match[3] ?? "",
  }));
}

function dedent(text: string): string {
  const lines = text.replace(/\n+$/, "").split("\n");
  const depth = Math.min(
    ...lines.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0),
  );
  return Number.isFinite(depth) && depth > 0
    ? lines.map((line) => line.slice(depth)).join("\n")
    : lines.join("\n");
}
