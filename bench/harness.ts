// Our harness beside unmodified swebench 5.0.2 on a container engine: same rows, same predictions, in turn.
//   node bench/harness.ts [--engine unix:///run/podman/podman.sock --base IMAGE] [--packages a,b] [--count 4] [--workers 1,2,8]
// Without an engine it starts one of its own (scripts/oci). An IMAGE needs Python of this machine's version, git and
// bash. swebench is brought by scripts/parity/swebench.mjs.
// Images that it makes are removed at the end. Progress goes to stderr; the last line on stdout is one JSON object.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Docker from "dockerode";
import { pack } from "tar-stream";
// @ts-expect-error scripts are plain JavaScript
import { startEngine } from "../scripts/oci/engine.mjs";
// @ts-expect-error scripts are plain JavaScript
import { bringSwebench } from "../scripts/parity/swebench.mjs";
import { emptyModel, rate } from "../src/cerebro/index.ts";
import { taskRow, writeJsonl } from "../src/dataset/index.ts";
import { openBlobs, runChild, silentLogger, systemClock } from "../src/platform/index.ts";
import type { Task } from "../src/protocol/index.ts";
import { findUv, indexUrl } from "../src/pypi/index.ts";
import { openTester, type Project, prepare } from "../src/python/index.ts";
import { openSandbox } from "../src/sandbox/index.ts";
import { makeTasks } from "../src/tasks/index.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    base: { type: "string" },
    packages: { type: "string", default: "toolz,inflection,more-itertools,python-slugify,boltons" },
    count: { type: "string", default: "4" },
    workers: { type: "string", default: "1,2,8" },
  },
});
if (!values.engine !== !values.base) throw new Error("give --engine and --base, or neither");
const own = values.engine ? undefined : await startEngine();
const engine: string = values.engine ?? own.engine;
const base: string = values.base ?? own.image;
const docker = new Docker({ socketPath: engine.replace(/^unix:\/\//, "") });
const say = (text: string) => void process.stderr.write(`${text}\n`);
const folder = await mkdtemp(join(tmpdir(), "harness-bench-"));
const root = resolve(import.meta.dirname, "..");
const images: string[] = [];
try {
  const python = await bringSwebench();
  const uv = await findUv({ candidates: [join(root, ".runtime/uv/bin/uv")], path: process.env.PATH });
  await using sandbox = await openSandbox();
  const cache = join(folder, "cache");
  await mkdir(cache, { mode: 0o755 });
  const blobs = openBlobs(join(cache, "blobs"));
  const index = await indexUrl(uv, process.env);
  const preparing = { sandbox, blobs, clock: systemClock, uv, index, cache, logger: silentLogger };
  const made: { row: Record<string, unknown>; task: Task; project: Project }[] = [];
  for (const name of values.packages.split(",")) {
    const prepared = await prepare({ kind: "release", name }, preparing);
    if (!prepared.ok) throw new Error(`${name}: ${prepared.reason}`);
    const { project } = prepared;
    await using tester = await openTester(project, { sandbox });
    const options = { count: Number(values.count), seed: "harness", concurrency: 2 };
    const using = { tester, blobs, clock: systemClock };
    const { tasks } = await makeTasks(project, options, {
      ...using,
      rate: (task) => rate(emptyModel(), task),
    });
    say(`${name}: ${tasks.length} tasks`);
    const whole = await packageImage(project);
    for (const task of tasks) {
      const image = await taskImage(whole, task, blobs);
      const row = {
        ...taskRow(task, ""),
        image,
        log_parser: "parse_log_pytest_v2",
        eval_script: scriptOf(task),
      };
      made.push({ row, task, project });
    }
  }
  const official = made.map(({ row: { task: _, ...row } }) => row);
  await writeFile(join(folder, "rows.json"), JSON.stringify(official));
  await writeJsonl(
    join(folder, "ours.jsonl"),
    made.map(({ row }) => row),
  );
  // swebench stops its containers by the docker command, which podman stands in for; once as it is, once without the wait
  const commands = { wait: join(folder, "wait"), noWait: join(folder, "no-wait") };
  const call = `exec podman --remote --url ${engine} "$@"`;
  const kill = 'if [ "$1" = stop ]; then shift 2; set -- kill "$@"; fi';
  for (const [place, text] of [
    [commands.wait, `#!/bin/sh\n${call}\n`],
    [commands.noWait, `#!/bin/sh\n${kill}\n${call}\n`],
  ] as const) {
    await mkdir(place);
    await writeFile(join(place, "docker"), text, { mode: 0o755 });
  }

  let runs = 0;
  const theirs = async (workers: number, wait: boolean) => {
    runs += 1;
    const id = `theirs${runs}`;
    const env = {
      PATH: `${wait ? commands.wait : commands.noWait}:${process.env.PATH}`,
      HOME: folder,
      DOCKER_HOST: engine,
    };
    const words = [
      "-d",
      "rows.json",
      "-p",
      "gold",
      "--max_workers",
      String(workers),
      "-id",
      id,
      "--open_file_limit",
      "2048",
    ];
    return timed(
      `swebench, ${workers} workers${wait ? "" : ", no stop wait"}`,
      id,
      [python, "-m", "swebench.harness.run_evaluation", ...words],
      env,
    );
  };
  const ours = async (workers: number) => {
    runs += 1;
    const id = `ours${runs}`;
    const words = [
      "evaluate",
      "--dataset",
      "ours.jsonl",
      "--predictions",
      "gold",
      "--workers",
      String(workers),
      "--run-id",
      id,
      "--cache",
      cache,
      "--json",
    ];
    return timed(
      `ours, ${workers} workers`,
      id,
      [process.execPath, join(root, "src/cli/main.ts"), ...words],
      process.env as Record<string, string>,
    );
  };
  async function timed(what: string, id: string, argv: string[], env: Record<string, string>) {
    const started = performance.now();
    const done = await runChild(argv as [string, ...string[]], {
      cwd: folder,
      env,
      timeoutMs: 3_600_000,
      outputBytes: 1 << 24,
    });
    const seconds = (performance.now() - started) / 1000;
    const { resolved_ids: resolved } = JSON.parse(
      await readFile(join(folder, `gold.${id}.json`), "utf8").catch(() => "{}"),
    );
    say(
      `${what}: ${seconds.toFixed(1)} s, ${resolved?.length ?? "no report"} of ${made.length} resolved (exit ${done.exitCode})`,
    );
    if (resolved === undefined) say((done.stdout + done.stderr).slice(-1500));
    return { seconds, resolved: (resolved ?? []) as string[] };
  }
  /** The needed tests of every task, by a pytest of their own each, without any harness. */
  async function bareTests(): Promise<number> {
    const started = performance.now();
    for (const { task, project } of made) {
      const roots = task.context.sourceRoots.map((each) => join(project.folder, each));
      const env = {
        PYTHONPATH: [
          ...roots,
          project.environment.folder,
          ...(project.metadata ? [project.metadata] : []),
        ].join(":"),
        PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1",
        PYTHONDONTWRITEBYTECODE: "1",
        PATH: "/usr/bin:/bin",
        HOME: folder,
      };
      const flags = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", ...task.context.pytestArguments];
      await runChild(
        [sandbox.interpreter, "-m", "pytest", ...flags, ...task.failToPass, ...task.passToPass],
        {
          cwd: project.folder,
          env,
        },
      );
    }
    const seconds = (performance.now() - started) / 1000;
    say(`bare tests: ${seconds.toFixed(1)} s`);
    return seconds;
  }
  const first = (await ours(1)).seconds; // judges gold and base of each task too, once a machine
  const table = [];
  let differing = 0;
  for (const workers of values.workers.split(",").filter(Boolean).map(Number)) {
    const mine = [await ours(workers)];
    const with_ = await theirs(workers, true);
    mine.push(await ours(workers));
    const without = await theirs(workers, false);
    mine.push(await ours(workers));
    const seconds = medianOf(mine.map((each) => each.seconds));
    for (const { resolved } of [...mine, without])
      if (String(resolved) !== String(with_.resolved)) differing += 1;
    table.push({
      ...{ workers, ours: seconds, swebench: with_.seconds, withoutWait: without.seconds },
      ...{ ratio: with_.seconds / seconds, ratioWithoutWait: without.seconds / seconds },
    });
  }
  const [beside, alone]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 3; turn += 1) {
    beside.push((await ours(1)).seconds);
    alone.push(await bareTests());
  }
  const bare = { tests: medianOf(alone), ours: medianOf(beside), ratio: medianOf(beside) / medianOf(alone) };
  const figures = {
    tasks: made.length,
    table,
    reportsThatDiffer: differing,
    first,
    bare,
    machine: `${cpus().length} × ${cpus()[0]?.model}`,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  for (const image of images.reverse())
    await docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => {});
  await rm(folder, { recursive: true, force: true });
  await own?.close();
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function scriptOf({ context, failToPass, passToPass }: Task): string {
  const files = [...new Set([...failToPass, ...passToPass].map((id) => id.split("::")[0]))];
  const roots = context.sourceRoots.map((each) => `/testbed/${each}`);
  return [
    "#!/bin/bash",
    "set -uxo pipefail",
    "cd /testbed",
    `export PYTHONPATH=${[...roots, "/layer", "/metadata"].join(":")} PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONDONTWRITEBYTECODE=1`,
    "git status",
    `git checkout HEAD -- ${files.join(" ")}`,
    ": '>>>>> Start Test Output'",
    `python3 -m pytest -rA --tb=short -p no:cacheprovider ${context.pytestArguments.join(" ")} ${files.join(" ")}`,
    ": '>>>>> End Test Output'",
    `git checkout HEAD -- ${files.join(" ")}`,
    "",
  ].join("\n");
}

/** The dependencies and the released tree over the base image. */
async function packageImage({
  folder: tree,
  environment,
  metadata,
  package: { name },
}: Project): Promise<string> {
  return commit(base, `localhost/harness-bench-${name}`, async (put, run) => {
    await put("/layer", environment.folder);
    await put("/testbed", tree);
    if (metadata !== null) await put("/metadata", metadata);
    await run(["git", "-C", "/testbed", "init", "-q"]);
    await run(["git", "-C", "/testbed", "add", "-A", "-f"]);
  });
}

async function taskImage(whole: string, task: Task, { get }: { get(hash: string): Promise<Uint8Array> }) {
  return commit(whole, `localhost/harness-bench-${task.id.toLowerCase()}`, async (_put, run, file) => {
    for (const [path, hash] of Object.entries(task.baseChanges))
      await file(`/testbed/${path}`, await get(hash));
    await run(["git", "-C", "/testbed", "add", "-A", "-f"]);
    await run([
      "git",
      "-C",
      "/testbed",
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x",
      "commit",
      "-q",
      "-m",
      "base",
    ]);
  });
}

async function commit(
  from: string,
  to: string,
  change: (
    put: (at: string, folder: string) => Promise<void>,
    run: (argv: string[]) => Promise<void>,
    file: (at: string, bytes: Uint8Array) => Promise<void>,
  ) => Promise<void>,
): Promise<string> {
  const container = await docker.createContainer({
    Image: from,
    Cmd: ["sleep", "600"],
    HostConfig: { NetworkMode: "none" },
  });
  await container.start();
  try {
    const send = async (fill: (tar: ReturnType<typeof pack>) => Promise<void>) => {
      const tar = pack();
      const sent = container.putArchive(tar as unknown as NodeJS.ReadableStream, { path: "/" });
      await fill(tar);
      tar.finalize();
      await sent;
    };
    await change(
      (at, source) =>
        send(async (tar) => {
          for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
            const path = join(entry.parentPath, entry.name);
            if (entry.isFile())
              tar.entry({ name: `${at}/${path.slice(source.length + 1)}`.slice(1) }, await readFile(path));
          }
        }),
      async (argv) => {
        const exec = await container.exec({ Cmd: argv, AttachStdout: true, AttachStderr: true });
        const stream = await exec.start({});
        let said = "";
        stream.on("data", (chunk: Buffer) => (said += chunk));
        await new Promise((done) => stream.once("end", done).once("close", done));
        const { ExitCode } = await exec.inspect();
        if (ExitCode !== 0) throw new Error(`${argv.join(" ")}: ${said}`);
      },
      (at, bytes) => send(async (tar) => void tar.entry({ name: at.slice(1) }, Buffer.from(bytes))),
    );
    await container.commit({ repo: to, tag: "latest" });
    images.push(`${to}:latest`);
    return `${to}:latest`;
  } finally {
    await container.remove({ force: true });
  }
}
