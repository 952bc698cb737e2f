// What the repair agent makes of tasks: how many it resolves with how many candidates, and where its time goes.
//   node bench/repair.ts [--package toolz --package boltons] [--count 6] [--seed bench] [--budget 4 --budget 40]
//     [--seconds 60] [--home DIR] [--cache DIR] [--log FILE]
// The agent gets what a challenge holds: the challenge's tree in a folder, its statement and context. One at a
// time, so its seconds are those of a miner without rivals. Tasks are kept in the home by package, count and seed.
// A line a solve goes to stderr (and whole to --log); the last line on stdout is one JSON object.
import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { findAgent, type Solution } from "../src/agents/index.ts";
import { emptyModel, rate } from "../src/cerebro/index.ts";
import { evaluate } from "../src/evaluation/index.ts";
import { type Blobs, openBlobs, silentLogger, systemClock, writeTree } from "../src/platform/index.ts";
import { Task, Tree } from "../src/protocol/index.ts";
import { findUv, indexUrl } from "../src/pypi/index.ts";
import { openTester, type Project, prepare, type Tester } from "../src/python/index.ts";
import { openSandbox, type Sandbox } from "../src/sandbox/index.ts";
import { makeTasks } from "../src/tasks/index.ts";

const { values } = parseArgs({
  options: {
    package: { type: "string", multiple: true, default: ["toolz", "boltons"] },
    count: { type: "string", default: "6" },
    seed: { type: "string", default: "bench" },
    budget: { type: "string", multiple: true, default: ["4", "40", "600"] },
    seconds: { type: "string", default: "60" },
    home: { type: "string", default: join(tmpdir(), "repair-bench") },
    cache: { type: "string" },
    log: { type: "string" },
  },
});
const clock = systemClock;
const logger = silentLogger;
const { home } = values;
const cache = values.cache ?? join(home, "cache");
const blobs = openBlobs(join(home, "blobs"));
await mkdir(join(home, "tasks"), { recursive: true, mode: 0o755 });
await mkdir(join(home, "trees"), { recursive: true, mode: 0o755 });
await using sandbox = await openSandbox();
const uv = await findUv({
  candidates: [join(resolve(import.meta.dirname, ".."), ".runtime/uv/bin/uv")],
  path: process.env.PATH,
});
const index = await indexUrl(uv, process.env);

/** One solve and what came of it. */
interface Solved {
  package: string;
  task: string;
  generator: string;
  budget: number;
  resolved: boolean;
  /** The verdict on its patch, or why there is none. */
  end: string;
  tried: number;
  times: Times;
}

/** Seconds since the agent was called; null where it never came so far. */
interface Times {
  opened: number | null;
  investigated: number | null;
  firstTried: number | null;
  end: number;
  /** Seconds spent waiting for the scout, by what it was asked. */
  asked: Record<string, number>;
  trials: number;
}

const solves: Solved[] = [];
for (const name of values.package) {
  const prepared = await prepare(
    { kind: "release", name },
    { sandbox, blobs, clock, uv, index, cache, logger },
  );
  if (!prepared.ok) {
    process.stderr.write(`${name}: ${prepared.stage}: ${prepared.reason}\n`);
    continue;
  }
  const { project } = prepared;
  await using tester = await openTester(project, { sandbox });
  for (const task of await tasksOf(project, tester))
    for (const budget of values.budget.map(Number)) {
      const solve = await measure(task, project, budget, tester);
      solves.push(solve);
      const { opened, investigated, firstTried, end, trials } = solve.times;
      const seconds = [opened, investigated, firstTried, end].map((at) => at?.toFixed(1) ?? "-").join(" ");
      process.stderr.write(
        `${name} ${task.id.slice(0, 12)} ${task.generator} ${budget}: ${solve.resolved ? "RESOLVED" : solve.end} | ${solve.tried} tried, ${trials} trials, s ${seconds}\n`,
      );
    }
}
console.log(JSON.stringify(figures()));

/** Verified tasks of a project, made once for this home. */
async function tasksOf(project: Project, tester: Pick<Tester, "run" | "script">): Promise<Task[]> {
  const { name, version } = project.package;
  const place = join(home, "tasks", `${name}-${version}-${values.count}-${values.seed}.json`);
  const kept = await readFile(place, "utf8").catch(() => null);
  if (kept !== null) return z.array(Task).parse(JSON.parse(kept));
  const { tasks } = await makeTasks(
    project,
    { count: Number(values.count), seed: values.seed },
    { tester, blobs, clock, rate: (task) => rate(emptyModel(), task) },
  );
  await writeFile(place, JSON.stringify(tasks));
  return tasks;
}

async function measure(
  task: Task,
  project: Project,
  budget: number,
  tester: Pick<Tester, "run" | "script">,
): Promise<Solved> {
  const agent = findAgent("repair");
  if (!agent) throw new Error("there is no repair agent");
  const treeFolder = await challengeTree(task.challengeTree, blobs);
  const { statement, context, difficulty } = task;
  const watched = watch(sandbox);
  const started = performance.now();
  const signal = AbortSignal.timeout(Number(values.seconds) * 1000);
  const solution = await agent.solve(
    { statement, context, difficulty },
    { treeFolder, environment: { folder: project.environment.folder }, metadata: null },
    { candidates: budget },
    { sandbox: watched.sandbox, logger, signal },
  );
  const times = watched.times(started);
  await rm(treeFolder, { recursive: true, force: true });
  const graded =
    solution.status === "patch" ? await evaluate(solution.patch, task, { tester, blobs, clock }) : null;
  const solved: Solved = {
    package: project.package.name,
    task: task.id,
    generator: task.generator,
    budget,
    resolved: graded?.verdict === "resolved",
    end: graded ? `${graded.verdict} (${graded.layer})` : reasonOf(solution),
    tried: triedOf(solution),
    times,
  };
  if (values.log !== undefined)
    await appendFile(
      values.log,
      `${JSON.stringify({ ...solved, statement, gold: task.gold, solution, reason: graded?.reason })}\n`,
    );
  return solved;
}

async function challengeTree(hash: string, { get }: Pick<Blobs, "get">): Promise<string> {
  const folder = join(home, "trees", `${process.pid}-${hash.slice(0, 16)}`);
  await rm(folder, { recursive: true, force: true });
  await writeTree(Tree.parse(JSON.parse(new TextDecoder().decode(await get(hash)))), folder, blobs);
  return folder;
}

/** The sandbox as it is, with a look at when its sessions answer which question. */
function watch(real: Sandbox): { sandbox: Sandbox; times: (started: number) => Times } {
  const answers: { op: string; from: number; to: number }[] = [];
  const watched: Sandbox = Object.assign(Object.create(real), {
    openSession: async (...words: Parameters<Sandbox["openSession"]>) => {
      const session = await real.openSession(...words);
      return {
        ...session,
        ask: async (message: object, options?: Parameters<typeof session.ask>[1]) => {
          const from = performance.now();
          try {
            return await session.ask(message, options);
          } finally {
            answers.push({ op: "op" in message ? String(message.op) : "", from, to: performance.now() });
          }
        },
      };
    },
  });
  return {
    sandbox: watched,
    times: (started) => {
      const since = (at: number | undefined) => (at === undefined ? null : (at - started) / 1000);
      const run = answers.findIndex(({ op }) => op === "run");
      const asked: Record<string, number> = {};
      for (const { op, from, to } of answers) asked[op] = (asked[op] ?? 0) + (to - from) / 1000;
      return {
        opened: since(answers.find(({ op }) => op === "open")?.to),
        investigated: run < 0 ? null : since(answers[run - 1]?.to),
        firstTried: run < 0 ? null : since(answers[run]?.to),
        end: (performance.now() - started) / 1000,
        asked,
        trials: answers.filter(({ op }) => op === "run").length,
      };
    },
  };
}

function reasonOf(solution: Solution): string {
  return solution.status === "abstained" ? solution.reason.replace(/\d+/g, "n") : "";
}

function triedOf({ trajectory }: Solution): number {
  const end = trajectory.findLast(({ kind }) => kind === "end");
  return typeof end?.tried === "number" ? end.tried : 0;
}

/** Wilson's interval at 95 %. */
function wilson(good: number, all: number): { share: number; from: number; to: number } {
  const z = 1.96;
  const share = good / Math.max(1, all);
  const middle = (share + z ** 2 / (2 * all)) / (1 + z ** 2 / all);
  const half = (z / (1 + z ** 2 / all)) * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2));
  const round = (value: number) => Number(value.toFixed(3));
  return { share: round(share), from: round(middle - half), to: round(middle + half) };
}

function figures() {
  const of = (some: readonly Solved[]) => ({
    tasks: some.length,
    resolved: some.filter(({ resolved }) => resolved).length,
    ...wilson(some.filter(({ resolved }) => resolved).length, some.length),
  });
  const median = (numbers: readonly (number | null | undefined)[]) => {
    const known = numbers.filter((each) => typeof each === "number").sort((a, b) => a - b);
    return Number((known[Math.floor(known.length / 2)] ?? Number.NaN).toFixed(2));
  };
  const budgets = values.budget.map(Number).map((budget) => {
    const some = solves.filter((each) => each.budget === budget);
    const ends: Record<string, number> = {};
    for (const { end } of some) ends[end] = (ends[end] ?? 0) + 1;
    const packages = Object.fromEntries(
      [...new Set(some.map((each) => each.package))].map((name) => {
        const { resolved, tasks } = of(some.filter((each) => each.package === name));
        return [name, `${resolved}/${tasks}`];
      }),
    );
    return {
      budget,
      ...of(some),
      packages,
      ends,
      /** Medians in seconds. */
      opened: median(some.map(({ times }) => times.opened)),
      investigated: median(some.map(({ times }) => times.investigated)),
      firstTried: median(some.map(({ times }) => times.firstTried)),
      end: median(some.map(({ times }) => times.end)),
      trialsASecond: median(some.map(({ times }) => times.trials / (times.asked.run ?? Number.NaN))),
    };
  });
  return { budgets, load: loadavg()[0], machine: `${cpus().length} cores, ${cpus()[0]?.model}` };
}
