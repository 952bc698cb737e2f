// How many of the mistakes that are planted in a package become verified tasks, how many tasks a minute, and at what cost.
//   node bench/tasks.ts [--package toolz] [--count 40] [--seed bench] [--at-once 2] [--cache DIR]
// Progress goes to stderr; the last line on stdout is one JSON object.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { emptyModel, rate } from "../src/cerebro/index.ts";
import { openBlobs, silentLogger, systemClock } from "../src/platform/index.ts";
import { findUv, indexUrl } from "../src/pypi/index.ts";
import { openTester, prepare, type Tester } from "../src/python/index.ts";
import { openSandbox } from "../src/sandbox/index.ts";
import { makeTasks } from "../src/tasks/index.ts";

const { values } = parseArgs({
  options: {
    package: { type: "string", default: "toolz" },
    count: { type: "string", default: "40" },
    seed: { type: "string", default: "bench" },
    "at-once": { type: "string", default: "2" },
    cache: { type: "string" },
  },
});
const home = values.cache ?? (await mkdtemp(join(tmpdir(), "tasks-bench-")));
await mkdir(home, { recursive: true, mode: 0o755 });
try {
  const root = resolve(import.meta.dirname, "..");
  const candidates = [join(root, ".runtime/uv/bin/uv")];
  const uv = await findUv({ candidates, path: process.env.PATH });
  await using sandbox = await openSandbox();
  const blobs = openBlobs(join(home, "blobs"));
  const clock = systemClock;
  const prepared = await prepare(
    { kind: "release", name: values.package },
    {
      ...{ sandbox, blobs, clock, uv, index: await indexUrl(uv, process.env) },
      ...{ cache: join(home, "cache"), logger: silentLogger },
    },
  );
  if (!prepared.ok) throw new Error(`${prepared.stage}: ${prepared.reason}\n${prepared.log}`);
  const { project } = prepared;
  await using warm = await openTester(project, { sandbox });
  const forks = { run: 0, script: 0 };
  const tester: Pick<Tester, "run" | "script"> = {
    run: (...job) => {
      forks.run += 1;
      return warm.run(...job);
    },
    script: (...job) => {
      forks.script += 1;
      return warm.script(...job);
    },
  };
  const reasons = new Map<string, number>();
  let [aside, planted, valid] = [0, 0, 0];
  const started = performance.now();
  const { tasks } = await makeTasks(
    project,
    { count: Number(values.count), seed: values.seed, concurrency: Number(values["at-once"]) },
    {
      ...{ tester, blobs, clock, rate: (task) => rate(emptyModel(), task) },
      onCandidate({ operator, reason, planted: ran }) {
        if (!ran) aside += 1;
        else planted += 1;
        if (reason === null) valid += 1;
        else reasons.set(reason.slice(0, 60), (reasons.get(reason.slice(0, 60)) ?? 0) + 1);
        process.stderr.write(`${operator}: ${reason ?? "a task"}\n`);
      },
    },
  );
  const minutes = (performance.now() - started) / 60_000;
  const figures = {
    package: `${project.package.name} ${project.package.version}`,
    tests: project.tests.length,
    aside,
    planted,
    valid,
    /** Bar: 0.45 of what was planted. */
    yield: Number((valid / planted).toFixed(3)),
    yieldWithAside: Number((valid / (planted + aside)).toFixed(3)),
    /** Bar: 20; coverage and everything else from the start counts. */
    tasksAMinute: Number((valid / minutes).toFixed(1)),
    seconds: Number((minutes * 60).toFixed(1)),
    forksATask: Number(((forks.run + forks.script) / valid).toFixed(1)),
    kinds: new Set(tasks.map(({ generator }) => generator)).size,
    reasons: Object.fromEntries([...reasons].sort(([, a], [, b]) => b - a)),
    machine: `${cpus().length} cores, ${cpus()[0]?.model}`,
  };
  console.log(JSON.stringify(figures));
} finally {
  if (values.cache === undefined) await rm(home, { recursive: true, force: true });
}
