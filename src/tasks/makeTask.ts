import { decodeText, renderPatch } from "../patch/index.ts";
import type { Blobs, Clock } from "../platform/index.ts";
import { type Difficulty, hashValue, type Task } from "../protocol/index.ts";
import { type Project, readSource, splice, type Tester, writeSource } from "../python/index.ts";
import { makeChallengeTree } from "./challengeTree.ts";
import type { Coverage } from "./coverage.ts";
import { findDifferences } from "./differences.ts";
import { chooseHidden } from "./hidden.ts";
import { addedLines, leaksOf } from "./leaks.ts";
import type { Candidate } from "./mutation/candidates.ts";
import type { Recordings } from "./recordings.ts";
import { findReport } from "./report.ts";
import { screen } from "./screen.ts";
import { writeStatement } from "./statement.ts";
import { whyUnverified } from "./verify.ts";

/** What came of a candidate; `planted` = it was run, and not given up by what was known before. */
export type Made = { good: Task } | { bad: string; planted: boolean };

/** What a project is known by, measured once for all its candidates. */
export interface Known {
  coverage: Coverage;
  recordings: Recordings;
}

interface Using {
  tester: Pick<Tester, "run" | "script">;
  blobs: Pick<Blobs, "get" | "put">;
  clock: Pick<Clock, "now">;
  rate: (task: { generator: string; suspectLines: number }) => Difficulty;
  signal?: AbortSignal | undefined;
}

/** Make one candidate a verified task, or say in one line why it is none: the cheapest questions come first. */
export async function makeTask(
  candidate: Candidate,
  seed: string,
  project: Project,
  { coverage, recordings }: Known,
  { blobs, rate, ...using }: Using,
): Promise<Made> {
  const { path, operator } = candidate;
  const gold = await blobs.get(project.tree[path]?.hash ?? "");
  const source = readSource(gold);
  const text = source && splice(source.text, candidate.splices);
  const bytes = source && text !== null ? writeSource({ ...source, text }) : null;
  if (!source || text === null || !bytes) return { bad: "its encoding cannot hold it", planted: false };
  const base = { [path]: bytes };
  const reaching = coverage.covering(candidate);
  const calls = await recordings.callsOf(reaching, candidate);
  if (calls.length === 0) return { bad: "no call that can be written down reaches it", planted: false };
  if (calls.every(({ expected }) => "how" in expected && expected.how === "opaque"))
    return { bad: "no call that reaches it has a result to look at", planted: false };

  const bad = (reason: string): Made => ({ bad: reason, planted: true });
  const differences = await findDifferences(calls, base, using);
  if (differences.length === 0) return bad("no call shows it");
  const screened = await screen(candidate, reaching, base, project, coverage, using);
  if (!screened.ok) return bad(screened.reason);
  const { failed, passed } = screened;
  const report = await findReport(differences, failed, base, project, using);
  if (!report) return bad("no script shows it");
  const { title, cases, reproduction, suspectLines } = report;
  const statement = writeStatement(title, cases, project.package, seed);
  const goldLines = await addedLines(text, source.text);
  const [leak] = leaksOf(statement, { goldLines, tests: failed, operator });
  if (leak !== undefined) return bad(`the report tells ${leak}`);

  const told = { differences, calls, told: `${statement}\n${reproduction}` };
  const hidden = await chooseHidden(
    told,
    seed,
    base,
    { failToPass: failed, context: project.context },
    using,
  );
  if (hidden.length === 0) return bad("no steady call that the report does not tell shows it");

  const generator = `mutation/${candidate.family}`;
  const task: Task = {
    id: nameOf(project, seed),
    package: project.package,
    generator,
    statement,
    reproduction,
    context: project.context,
    environment: project.environment.hash,
    releaseTree: project.treeHash,
    baseChanges: { [path]: await blobs.put(bytes) },
    challengeTree: await makeChallengeTree(project, { base, failToPass: failed }, { blobs, ...using }),
    gold: renderPatch([{ path, before: decodeText(bytes).text, after: decodeText(gold).text }]),
    failToPass: failed,
    passToPass: passed,
    hidden,
    suspectLines,
    difficulty: rate({ generator, suspectLines }),
    createdAt: new Date(using.clock.now()).toISOString(),
  };
  const doubt = await whyUnverified(task, base, { blobs, ...using });
  return doubt === null ? { good: task } : bad(doubt);
}

/** A name that follows from the seed, and of which nobody who has no seed learns what the task is. */
function nameOf({ package: { name }, treeHash, environment }: Project, seed: string): string {
  const key = hashValue({ tree: treeHash, environment: environment.hash, seed });
  return `${name.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 60)}-${key.slice(0, 16)}`;
}
