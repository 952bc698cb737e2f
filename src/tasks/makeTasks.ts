import type { Blobs, Clock } from "../platform/index.ts";
import type { Difficulty, Task } from "../protocol/index.ts";
import { type Project, readSource, type Tester } from "../python/index.ts";
import { type Coverage, measureCoverage } from "./coverage.ts";
import { firstGood } from "./firstGood.ts";
import { makeTask } from "./makeTask.ts";
import { type Candidate, findCandidates } from "./mutation/candidates.ts";
import { spread } from "./order.ts";
import { openRecordings } from "./recordings.ts";

export interface MakeTasksOptions {
  /** Tasks wanted; fewer come where the package does not give them. */
  count: number;
  /** Decides which candidates are tried, and in which order. */
  seed: string;
  /** Candidates that are tried at the same time. */
  concurrency?: number;
  /** Candidates that are tried at most. */
  maxCandidates?: number;
  /** No candidate is begun after so many milliseconds; the tasks found by then are what there is. */
  patienceMs?: number;
}

export interface MakeTasksUsing {
  tester: Pick<Tester, "run" | "script">;
  blobs: Blobs;
  clock: Pick<Clock, "now">;
  rate: (task: { generator: string; suspectLines: number }) => Difficulty;
  signal?: AbortSignal;
  /** Told of each candidate when it is over, in whatever order. */
  onCandidate?: (candidate: Tried) => void;
}

/** What came of a candidate. */
export interface Tried {
  /** Its place and its change. */
  key: string;
  operator: string;
  /** Why it is no task; null = it is one. */
  reason: string | null;
  /** False where it was given up before anything ran, by what was known of the project. */
  planted: boolean;
}

export type Rejected = Tried & { reason: string };

/**
 * Verified tasks from a project: mistakes are planted in code that its tests execute, and those that some test
 * notices and a recorded call shows become tasks. The same project and seed give the same tasks, whatever
 * `concurrency` is; only `createdAt` differs (and how many there are, when patience ends it).
 */
export async function makeTasks(
  project: Project,
  { count, seed, concurrency = 2, maxCandidates = Math.max(40, 12 * count), patienceMs }: MakeTasksOptions,
  { onCandidate, ...using }: MakeTasksUsing,
): Promise<{ tasks: Task[]; rejected: Rejected[] }> {
  if (count <= 0 || project.tests.length === 0) return { tasks: [], rejected: [] };
  const started = using.clock.now();
  const more = () => patienceMs === undefined || using.clock.now() - started < patienceMs;
  const coverage = await measureCoverage(project, using);
  const candidates = await candidatesOf(project, coverage, using);
  const known = { coverage, recordings: openRecordings(project, using) };
  const attempt = async (candidate: Candidate, at: number) => {
    using.signal?.throwIfAborted();
    const { key, operator } = candidate;
    const made = await makeTask(candidate, `${seed}/${at}`, project, known, using);
    if ("good" in made) {
      onCandidate?.({ key, operator, reason: null, planted: true });
      return made;
    }
    const bad: Rejected = { key, operator, reason: made.bad, planted: made.planted };
    onCandidate?.(bad);
    return { bad };
  };
  const tried = spread(seed, candidates).take(maxCandidates);
  const { good, bad } = await firstGood(tried, attempt, { count, atOnce: concurrency, more });
  return { tasks: good, rejected: bad };
}

/** Everything that could go wrong in code that tests execute. */
async function candidatesOf(
  project: Project,
  coverage: Coverage,
  { blobs }: { blobs: Pick<Blobs, "get"> },
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const path of coverage.files) {
    const entry = project.tree[path];
    const source = entry && readSource(await blobs.get(entry.hash));
    if (source) candidates.push(...(await findCandidates(path, source.text, coverage.lines(path))));
  }
  return candidates;
}
