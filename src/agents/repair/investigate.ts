import type { Check, CheckResult, Scout } from "../../python/index.ts";
import type { Problem, TrajectoryStep, Workspace } from "../agent.ts";
import { type Coverage, localise, type Suspect, suspects } from "./localise.ts";
import { type Naturalness, readNaturalness } from "./natural.ts";
import { field, named } from "./node.ts";
import { withTree } from "./parse.ts";
import type { Candidate } from "./propose.ts";
import { isDocstring, readSource, type SourceFile } from "./source.ts";
import type { Reading } from "./statement.ts";
import type { Failure } from "./templates/template.ts";
import { encodeAs, listPython, moduleName, readText, type TextFile } from "./tree.ts";

/** How much of a tree is looked at before the first candidate. */
const limits = {
  files: 25,
  fileBytes: 400_000,
  allBytes: 3_000_000, // a syntax tree takes some forty bytes for each of them
  testFiles: 6,
  tests: 150,
  collectSeconds: 4,
  testsSeconds: 4,
  docstrings: 12,
  corpusBytes: 600_000,
};

/** What is known once the checks have been run on the tree. */
export interface Clues {
  suspects: Suspect[];
  files: SourceFile[];
  failure: Failure;
  natural: Naturalness;
  words: ReadonlySet<string>;
  /** Indices of the learned checks that fail on the tree, and how they did. */
  failing: number[];
  base: CheckResult[];
  docstrings: { index: number; passes: boolean }[];
  testsOf(candidate: Candidate): readonly string[];
  encode(path: string, text: string): Uint8Array;
  /** Seconds that a check (of the processor) and a test may take: many times what they took on the tree. */
  cpuSeconds: number;
  testSeconds: number;
}

/**
 * Run the statement's checks on the tree, keep those that fail for the project's sake, find what they execute and
 * which passing tests go through the same lines. A string is the reason why there is nothing to go on.
 */
export async function investigate(
  { context }: Pick<Problem, "context">,
  { treeFolder }: Pick<Workspace, "treeFolder">,
  reading: Reading,
  { scout, signal, onStep }: { scout: Scout; signal: AbortSignal; onStep: (step: TrajectoryStep) => void },
): Promise<Clues | string> {
  await scout.learn(reading.checks, signal);
  const started = performance.now();
  const every = reading.checks.map((_, index) => index);
  const { checks } = await scout.cover(
    { checks: every, tests: [], only: {} },
    { patience: { check: 8, cpu: 3 }, signal },
  );
  const hangs = checks.some(({ outcome }) => outcome === "timeout");
  const took = hangs ? 0.02 : (performance.now() - started) / 1000 / Math.max(1, every.length);
  const chosen = pick(reading.checks, checks);
  onStep({
    kind: "oracle",
    results: checks.map(({ outcome, type, message }) => ({ outcome, type, message })),
    chosen,
  });
  if (chosen.length === 0) return "nothing in the statement fails on the tree";
  const base = chosen.map((index) => checks[index] as CheckResult);

  const { sources, tests: testFiles } = await listPython(treeFolder, context);
  const executed = sources.filter((path) => base.some(({ lines }) => (lines?.[path]?.length ?? 0) > 0));
  const texts = new Map<string, TextFile>();
  let left = limits.allBytes;
  for (const path of executed.slice(0, limits.files)) {
    const file = await readText(treeFolder, path);
    if (file.text.length > Math.min(limits.fileBytes, left)) continue;
    left -= file.text.length;
    texts.set(path, file);
  }
  const files = await Promise.all(
    [...texts.values()].map(({ path, text }) => withTree(text, (cursor) => readSource(path, text, cursor))),
  );
  const failingLines = base.map(({ lines }) => lines ?? {});
  const first = suspects(files, localise(failingLines, [], []));
  if (first.length === 0) return "what fails executes no function of the project";

  const near = await nearTests(treeFolder, testFiles, first, { scout, signal });
  const covered = await scout.cover(
    { checks: [], tests: near, only: spansOf(first) },
    { patience: { test: 3, tests: limits.testsSeconds }, signal },
  );
  const passing = Object.entries(covered.tests).filter(([, { outcome }]) => outcome === "passed");
  const frames = [
    ...reading.frames.map((frame) => inTree(frame, executed)),
    ...base.flatMap((each) => each.frames),
  ];
  const suspicion = localise(
    failingLines,
    passing.map(([, { lines }]) => lines ?? {}),
    frames,
  );
  const suspected = suspects(files, suspicion);
  onStep({
    kind: "suspects",
    tests: passing.length,
    functions: suspected
      .slice(0, 10)
      .map(({ file, owner, score }) => ({ path: file.path, name: owner.qualified, score })),
  });

  const docs = docstringChecks(suspected, context);
  const learned = [...reading.checks, ...docs];
  let docstrings: Clues["docstrings"] = [];
  if (docs.length > 0) {
    await scout.learn(learned, signal);
    const indices = docs.map((_, at) => reading.checks.length + at);
    const results = await scout.cover(
      { checks: indices, tests: [], only: {} },
      { patience: { check: 2, cpu: 2 }, signal },
    );
    docstrings = indices.map((index, at) => ({ index, passes: results.checks[at]?.outcome === "passed" }));
  }
  return {
    suspects: suspected,
    files,
    failure: failureOf(base, reading),
    natural: readNaturalness(await corpus(treeFolder, sources, texts)),
    words: reading.words,
    failing: chosen,
    base,
    docstrings,
    testsOf: testsThrough(passing.map(([id, { lines }]) => [id, lines ?? {}])),
    encode: (path, text) => encodeAs(text, texts.get(path)?.encoding ?? "utf8"),
    testSeconds: Math.min(5, 0.5 + (10 * Math.max(0, ...passing.map(([, { ms }]) => ms))) / 1000),
    cpuSeconds: Math.min(5, 0.4 + 6 * took),
  };
}

/** Checks that fail for the project's sake: not because they are broken themselves. One that holds others makes them needless. */
function pick(checks: readonly Check[], results: readonly CheckResult[]): number[] {
  const broken = /^(SyntaxError|IndentationError|ModuleNotFoundError|ImportError|Empty)$/;
  const usable = results.flatMap((result, index) => {
    if (result.outcome === "passed" || (broken.test(result.type) && result.frames.length === 0)) return [];
    const own = result.type === "NameError" && result.frames.length === 0;
    const executes =
      Object.keys(result.lines ?? {}).length > 0 || result.outcome === "timeout" || result.type === "Died";
    return own || !executes ? [] : [index];
  });
  const kinds = usable.filter((index) => checks[index]?.kind !== "output");
  return (kinds.length > 0 ? kinds : usable).slice(0, 4);
}

/** Ids of tests in the few files that speak most of what is suspected, the nearest first. */
async function nearTests(
  folder: string,
  files: readonly string[],
  suspected: readonly Suspect[],
  { scout, signal }: { scout: Pick<Scout, "collect">; signal: AbortSignal },
): Promise<string[]> {
  const names = new Map<string, number>();
  for (const { owner } of suspected) {
    if (!owner.name.startsWith("__")) names.set(owner.name, 1);
    if (owner.className) names.set(owner.className, 1);
  }
  const modules = new Set(suspected.map(({ file }) => file.path.replace(/^.*\//, "").replace(/\.py$/, "")));
  const weight = new Map<string, number>();
  for (const path of files) {
    if (!/(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/.test(path)) continue;
    const { text } = await readText(folder, path);
    const words = text.match(/[A-Za-z_]\w*/g) ?? [];
    let sum = 0;
    for (const word of words) sum += (names.get(word) ?? 0) + (modules.has(word) ? 0.5 : 0);
    if (sum > 0)
      weight.set(path, Math.log1p(sum) + [...modules].filter((name) => path.includes(name)).length * 2);
  }
  const nearest = [...weight].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const collected = await scout.collect(
    nearest.slice(0, limits.testFiles).map(([path]) => path),
    { seconds: limits.collectSeconds, signal },
  );
  const of = (id: string) => {
    const own = [...names.keys()].some((name) => name.length > 2 && id.includes(name)) ? 3 : 0;
    return (weight.get(id.split("::")[0] ?? "") ?? 0) + own;
  };
  return collected
    .map((id, at) => ({ id, at, near: of(id) }))
    .sort((a, b) => b.near - a.near || a.at - b.at)
    .slice(0, limits.tests)
    .map(({ id }) => id);
}

/** Where the suspected functions begin and end, decorators included. */
function spansOf(suspected: readonly Suspect[]): Record<string, [number, number][]> {
  const spans: Record<string, [number, number][]> = {};
  for (const { file, owner } of suspected) {
    const whole = owner.node.parent?.type === "decorated_definition" ? owner.node.parent : owner.node;
    const list = spans[file.path] ?? [];
    spans[file.path] = list;
    list.push([whole.row + 1, whole.endRow + 1]);
  }
  return spans;
}

/** The passing tests that go through a candidate's function, those that execute fewest other lines first. */
function testsThrough(passing: readonly (readonly [string, Coverage])[]): Clues["testsOf"] {
  const sized = passing
    .map(([id, lines]) => ({
      id,
      lines,
      size: Object.values(lines).reduce((sum, each) => sum + each.length, 0),
    }))
    .sort((a, b) => a.size - b.size);
  const known = new Map<object, string[]>();
  return ({ file, owner }) => {
    const key = owner ?? file;
    const ready = known.get(key);
    if (ready) return ready;
    const [from, to] = owner ? [owner.node.row + 1, owner.node.endRow + 1] : [0, Number.POSITIVE_INFINITY];
    const through = sized
      .filter(({ lines }) => (lines[file.path] ?? []).some((line) => line >= from && line <= to))
      .map(({ id }) => id);
    known.set(key, through);
    return through;
  };
}

function failureOf(base: readonly CheckResult[], reading: Reading): Failure {
  const missing = new Set<string>();
  for (const { message } of base) {
    for (const match of message.matchAll(
      /name '(\w+)' is not defined|variable '(\w+)'|attribute '(\w+)'|argument:? '(\w+)'/g,
    ))
      for (const name of match.slice(1)) if (name) missing.add(name);
  }
  return {
    types: new Set(base.map(({ type }) => type)),
    missing,
    mentioned: new Set([...reading.mentioned].filter((type) => type !== "AssertionError")),
    expected: reading.expected,
  };
}

/** A frame of a traceback in the statement, under the path that the tree has for it. */
function inTree(
  frame: { file: string; line: number },
  paths: readonly string[],
): { file: string; line: number } {
  const file = paths.find((path) => frame.file === path || frame.file.endsWith(`/${path}`));
  return { file: file ?? frame.file, line: frame.line };
}

function docstringChecks(suspected: readonly Suspect[], context: Problem["context"]): Check[] {
  return suspected
    .slice(0, 40)
    .flatMap(({ file, owner }): Check[] => {
      const body = field(owner.node, "body");
      const first = body ? named(body)[0] : undefined;
      const module = moduleName(file.path, context);
      if (!first || !isDocstring(first) || module === null || !file.of(first).includes(">>>")) return [];
      return [{ kind: "docstring", module, name: owner.qualified }];
    })
    .slice(0, limits.docstrings);
}

async function corpus(
  folder: string,
  sources: readonly string[],
  read: ReadonlyMap<string, TextFile>,
): Promise<string[]> {
  const texts = [...read.values()].map(({ text }) => text);
  let size = texts.reduce((sum, text) => sum + text.length, 0);
  for (const path of sources) {
    if (size > limits.corpusBytes) break;
    if (read.has(path)) continue;
    const { text } = await readText(folder, path);
    if (text.length > limits.fileBytes) continue;
    texts.push(text);
    size += text.length;
  }
  return texts;
}
