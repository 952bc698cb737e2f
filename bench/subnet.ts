// What a local subnet does over many rounds: packages, tasks, who resolves what, weights, memory and growth.
//   node bench/subnet.ts --rounds 30 [--home DIR] [--package NAME] [--minutes 30]
// Prints one line of figures as JSON at the end; progress goes to stderr. It runs `up --rounds N --json` as anybody would.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import pg from "pg";
import { silentLogger } from "../src/platform/index.ts";
import { Event } from "../src/protocol/index.ts";
import { weights } from "../src/scoring/index.ts";
import { openPostgres } from "../src/storage/index.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "30" },
    home: { type: "string" },
    package: { type: "string" },
    minutes: { type: "string", default: "30" },
  },
});
const home = values.home ?? (await mkdtemp(join(tmpdir(), "subnet-bench-")));
const root = resolve(import.meta.dirname, "..");
const started = Date.now();
const child = spawn(
  process.execPath,
  [
    join(root, "src/cli/main.ts"),
    ...["up", "--json", "--home", home, "--rounds", values.rounds],
    ...(values.package ? ["--package", values.package] : []),
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const ended = new Promise<number | null>((done) => child.once("close", done));

const events: Event[] = [];
const of = <Type extends Event["type"]>(type: Type) =>
  events.filter((event): event is Event & { type: Type } => event.type === type);
let readyMs: number | null = null;
let firstVerdictMs: number | null = null;
const memory: { bytes: number; parts: Record<string, number> }[] = [];
const growth: { attempts: number; bytes: number }[] = [];
const watch = setInterval(() => void look(), 10_000);
for await (const line of createInterface({ input: child.stdout })) {
  const event = Event.parse(JSON.parse(line));
  events.push(event);
  if (event.type === "ready") readyMs ??= Date.now() - started;
  if (event.type === "verdict") firstVerdictMs ??= Date.now() - started;
  if (event.type === "cerebro") await grown();
  if (["package", "package-failed", "end"].includes(event.type))
    process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0)} s  ${line.slice(0, 200)}\n`);
}
clearInterval(watch);
const exitCode = await ended;

const names = new Map(of("ready")[0]?.miners.map(({ hotkey, name }) => [hotkey, name]));
const tasks = of("task");
const within = started + Number(values.minutes) * 60_000;
const epoch = of("epoch").at(-1);
const miners = weights(
  of("score").map(({ miner, score }) => ({ hotkey: miner, score })),
  [...names.keys()],
).map((row) => ({
  name: names.get(row.hotkey),
  ...row,
  incentive: epoch?.neurons.find(({ hotkey }) => hotkey === row.hotkey)?.incentive,
  resolved: of("verdict").filter(({ miner, verdict }) => miner === row.hotkey && verdict === "resolved")
    .length,
  patches: of("verdict").filter(({ miner }) => miner === row.hotkey).length,
  abstained: of("attempt").filter(({ miner, status }) => miner === row.hotkey && status === "abstained")
    .length,
}));
const [early, late] = [
  growth.find(({ attempts }) => attempts >= 100) ?? growth[0],
  growth.findLast(({ attempts }) => attempts <= 310),
];
const figures = {
  exitCode,
  machine: `${cpus().length} × ${cpus()[0]?.model}`,
  minutes: (Date.now() - started) / 60_000,
  readyS: readyMs === null ? null : readyMs / 1000,
  firstVerdictS: firstVerdictMs === null ? null : firstVerdictMs / 1000,
  rounds: of("cerebro").length,
  packages: new Set(of("package").map(({ name }) => name)).size,
  packagesInTime: new Set(of("package").flatMap(({ name, at }) => (Date.parse(at) <= within ? [name] : [])))
    .size,
  failedPackages: of("package-failed").map(({ name, stage, reason }) => `${name}: ${stage}: ${reason}`),
  tasks: tasks.length,
  attempts: of("attempt").length,
  unscored: of("verdict").filter(({ verdict }) => verdict === "unscored").length,
  miners,
  peakPssMB: Math.max(...memory.map(({ bytes }) => bytes), 0) / 1024 ** 2,
  medianPssMB: (memory.map(({ bytes }) => bytes).sort((a, b) => a - b)[memory.length >> 1] ?? 0) / 1024 ** 2,
  peakParts: memory.toSorted((a, b) => b.bytes - a.bytes)[0]?.parts,
  kilobytesAnAttempt:
    early && late && late.attempts > early.attempts
      ? (late.bytes - early.bytes) / (late.attempts - early.attempts) / 1000
      : null,
};
process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
if (!values.home) await rm(home, { recursive: true, force: true });

/** Sum of the proportional set sizes of the subnet's processes. */
async function look(): Promise<void> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    parents.set(Number(name), Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const ours = new Set([child.pid]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [pid, parent] of parents)
      if (ours.has(parent) && !ours.has(pid)) {
        ours.add(pid);
        grew = true;
      }
  }
  let bytes = 0;
  const parts: Record<string, number> = {};
  for (const pid of ours) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    const own = Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
    const name = /(?:main\.ts|\.py|postgres|bwrap)$/.test(words.slice(0, 6).join(" "))
      ? (words.slice(0, 6).at(-1) ?? "")
      : words.slice(1, 3).join(" ").replace(/\S*\//g, "") || (words[0] ?? "");
    parts[name] = Math.round((parts[name] ?? 0) + own / 1024 ** 2);
    bytes += own;
  }
  memory.push({ bytes, parts });
}

/** The home's size on disk after this round and a checkpoint. */
async function grown(): Promise<void> {
  const postgres = await openPostgres({ home: join(home, "validator"), logger: silentLogger, adopt: true });
  const client = new pg.Client({ connectionString: postgres.connection.reveal() });
  await client.connect();
  await client.query("checkpoint").finally(() => client.end());
  let bytes = 0;
  const seen = new Set<number>();
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (!found?.isFile() || seen.has(found.ino)) continue;
    seen.add(found.ino);
    bytes += found.blocks * 512;
  }
  growth.push({ attempts: of("attempt").length, bytes });
}
