// What an evaluation costs beside a cold pytest, a fork beside nothing, and a sandbox beside bubblewrap alone.
// Usage: node bench/evaluation.ts [repeats]

import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate } from "../src/evaluation/index.ts";
import { runChild, systemClock } from "../src/platform/index.ts";
import { openTester, testLimits } from "../src/python/index.ts";
import { openSandbox } from "../src/sandbox/index.ts";
import { pytestLayer } from "../test/evaluation/layer.ts";
import { makeSubject } from "../test/evaluation/subject.ts";

const repeats = Number(process.argv[2] ?? 20);
const folder = await mkdtemp(join(tmpdir(), "bench-"));
const layer = await pytestLayer();
try {
  const subject = await makeSubject(folder, layer);
  await using sandbox = await openSandbox();
  await runChild([sandbox.interpreter, "-m", "compileall", "-q", layer]); // the cold run may have its bytecode
  await using tester = await openTester(subject.project, { sandbox });
  const using = { tester, blobs: subject.blobs, clock: systemClock };
  const tests = [...subject.task.failToPass, ...subject.task.passToPass];
  const warm = async () => {
    const { verdict } = await evaluate(subject.gold, subject.task, using);
    if (verdict !== "resolved") throw new Error(`gold is ${verdict}`);
  };
  const cold = async () => {
    const flags = ["-p", "no:cacheprovider", "-o", "addopts=", "-q", ...tests];
    const env = {
      PYTHONPATH: layer,
      PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONHASHSEED: "0",
    };
    const done = await runChild([sandbox.interpreter, "-m", "pytest", ...flags], {
      cwd: subject.project.folder,
      env,
    });
    if (done.exitCode !== 0) throw new Error(done.stdout + done.stderr);
  };
  const limits = { ...testLimits, wallMs: 30_000 };
  const sandboxed = async () => {
    const done = await sandbox.run({ argv: ["/usr/bin/true"], limits });
    if (done.exitCode !== 0) throw new Error(done.stderr);
  };
  const mounts = [
    "--ro-bind",
    "/usr",
    "/usr",
    "--symlink",
    "usr/lib",
    "/lib",
    "--symlink",
    "usr/lib64",
    "/lib64",
  ];
  const bare = async () => {
    const argv = [
      "bwrap",
      "--unshare-all",
      "--die-with-parent",
      ...mounts,
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      "/usr/bin/true",
    ] as const;
    const done = await runChild(argv, { env: { PATH: "/usr/bin:/bin" } });
    if (done.exitCode !== 0) throw new Error(done.stderr);
  };
  const [evaluated, pytest] = await alternately(warm, cold);
  const [started, alone] = await alternately(sandboxed, bare);

  await using template = await sandbox.openTemplate({
    preload: ["pytest"],
    pythonPath: ["/layer"],
    mounts: [{ from: layer, at: "/layer" }],
    lowers: join(folder, "trees"),
    program: fileURLToPath(new URL("empty.py", import.meta.url)),
    limits,
  });
  const forks: number[] = [];
  const whole: number[] = [];
  for (let at = 0; at < repeats + 2; at += 1) {
    const { forkMs, elapsedMs } = await template.run({
      lower: subject.project.folder,
      files: {},
      input: null,
      limits,
    });
    forks.push(forkMs);
    whole.push(elapsedMs);
  }
  console.log(
    `${repeats} repeats each, in turn; ${cpus().length} cores (${cpus()[0]?.model}), node ${process.version}, python ${sandbox.pythonVersion}`,
  );
  console.log("| what | median ms | 10..90 % | ratio | bar |\n| --- | --- | --- | --- | --- |");
  row(`evaluate gold (${tests.length} tests, canaries, reproduction)`, evaluated, pytest, "1.5");
  row("cold python -m pytest of the same tests", pytest);
  row("sandbox start and teardown", started, alone, "1.5");
  row("bwrap … true", alone);
  row("template fork, to the program's first line", forks.slice(2), undefined, "10 ms");
  row("template fork, to its end", whole.slice(2));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function alternately(
  one: () => Promise<void>,
  other: () => Promise<void>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let at = -2; at < repeats; at += 1)
    for (const [which, work] of [one, other].entries()) {
      const started = performance.now();
      await work();
      if (at >= 0) times[which as 0 | 1].push(performance.now() - started);
    }
  return times;
}

function row(name: string, times: number[], against?: number[], bar = ""): void {
  const at = (share: number, of = times) =>
    of.toSorted((a, b) => a - b)[Math.floor(share * (of.length - 1))] ?? 0;
  const ratio = against ? (at(0.5) / at(0.5, against)).toFixed(2) : "";
  console.log(
    `| ${name} | ${at(0.5).toFixed(1)} | ${at(0.1).toFixed(1)}..${at(0.9).toFixed(1)} | ${ratio} | ${bar} |`,
  );
}
