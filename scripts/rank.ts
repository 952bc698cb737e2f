// Tries the packages of a popularity ranking one by one and writes those that can be prepared to
// src/pypi/ranking.tsv. It can be ended at any time and goes on where it was.
//
//   .runtime/node_modules/.bin/node scripts/rank.ts RANKING.tsv [--log trials.jsonl] [--cache DIR] [--until 150] [--last 600]
//
// RANKING.tsv: a comment line that says where it comes from and when, then `rank<TAB>name…` with a head.
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { homedir, setPriority } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { explain, openBlobs, silentLogger, systemClock, writeAtomically } from "../src/platform/index.ts";
import { findUv, indexUrl, runnerClosure } from "../src/pypi/index.ts";
import { type Project, prepare } from "../src/python/index.ts";
import { openSandbox } from "../src/sandbox/index.ts";

const clone = fileURLToPath(new URL("..", import.meta.url));
const {
  values,
  positionals: [ranking],
} = parseArgs({
  allowPositionals: true,
  options: {
    log: { type: "string" },
    cache: { type: "string", default: join(homedir(), ".cache", "taoception-rank") },
    until: { type: "string", default: "150" },
    last: { type: "string", default: "600" },
  },
});
if (ranking === undefined) throw new Error("name a ranking file");
const PACKAGE_MS = 90_000;
/** What is smaller gives no round of tasks. */
const FEWEST_TESTS = 20;
const FEWEST_BYTES = 4000;
const log = values.log ?? join(values.cache, "trials.jsonl");

const Trial = z.object({
  rank: z.number(),
  name: z.string(),
  version: z.string(),
  tests: z.number(),
  reason: z.string(),
  seconds: z.number(),
});
type Trial = z.infer<typeof Trial>;

const text = await readFile(ranking, "utf8");
const head = (text.split("\n").find((line) => line.startsWith("#")) ?? "#").replace(/ Facts only;.*/, "");
const wanted = text
  .split("\n")
  .filter((line) => /^\d/.test(line))
  .map((line) => line.split("\t"))
  .map(([rank, name]) => ({ rank: Number(rank), name: name ?? "" }))
  .filter(({ rank, name }) => rank <= Number(values.last) && !runnerClosure.has(name));

await mkdir(dirname(log), { recursive: true });
const trials = (await readFile(log, "utf8").catch(() => ""))
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => Trial.parse(JSON.parse(line)));
const done = new Set(trials.map(({ name }) => name));

setPriority(10); // whoever else works here goes first; children inherit it
const uv = await findUv({ candidates: [join(clone, ".runtime", "uv", "bin", "uv")], path: process.env.PATH });
const index = await indexUrl(uv, process.env);
await using sandbox = await openSandbox();
const preparing = {
  ...{ sandbox, uv, index, cache: values.cache, blobs: openBlobs(join(values.cache, "blobs")) },
  ...{ clock: systemClock, logger: silentLogger },
};

for (const { rank, name } of wanted) {
  if (done.has(name)) continue;
  if (trials.filter(({ tests }) => tests >= FEWEST_TESTS).length >= Number(values.until)) break;
  const started = performance.now();
  const trial = await attempt(rank, name);
  trial.seconds = Math.round((performance.now() - started) / 100) / 10;
  trials.push(trial);
  await appendFile(log, `${JSON.stringify(trial)}\n`);
  const working = trials.filter(({ tests }) => tests >= FEWEST_TESTS).length;
  const said = trial.reason || `${trial.tests} tests`;
  process.stdout.write(
    `${working}/${trials.length} ${rank} ${name} ${trial.version} ${trial.seconds} s: ${said}\n`,
  );
  await write();
}
await write();

async function attempt(rank: number, name: string): Promise<Trial> {
  const failed = (reason: string, version = "?") => ({ rank, name, version, tests: 0, reason, seconds: 0 });
  try {
    const signal = AbortSignal.timeout(PACKAGE_MS);
    const prepared = await prepare({ kind: "release", name }, { ...preparing, signal });
    const { version } = prepared.package;
    if (!prepared.ok) return failed(`${prepared.stage}: ${prepared.reason}`, version);
    if ((await codeBytes(prepared.project)) < FEWEST_BYTES) return failed("hardly any code", version);
    return { rank, name, version, tests: prepared.project.tests.length, reason: "", seconds: 0 };
  } catch (error) {
    return failed(explain(error));
  }
}

/** Bytes of the project's own Python, its tests left out. */
async function codeBytes({ context, tree }: Project): Promise<number> {
  let bytes = 0;
  const under = (path: string, folders: readonly string[]) =>
    folders.some((folder) => folder === "" || path === folder || path.startsWith(`${folder}/`));
  for (const [path, { hash }] of Object.entries(tree))
    if (path.endsWith(".py") && under(path, context.sourceRoots) && !under(path, context.testPaths))
      bytes += (await preparing.blobs.get(hash)).length;
  return bytes;
}

async function write(): Promise<void> {
  const rows = trials
    .filter(({ tests }) => tests >= FEWEST_TESTS)
    .sort((a, b) => a.rank - b.rank)
    .map(({ rank, name, version, tests }) => [rank, name, version, tests].join("\t"));
  const today = new Date().toISOString().slice(0, 10);
  const lines = [
    head,
    `# Those that scripts/rank.ts could prepare on ${today} by Python ${sandbox.pythonVersion}: version tried, tests that held.`,
    "rank\tname\tversion\ttests",
    ...rows,
  ];
  await writeAtomically(join(clone, "src", "pypi", "ranking.tsv"), `${lines.join("\n")}\n`);
}
