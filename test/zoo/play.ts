import { readdirSync, readFileSync } from "node:fs";
import { evaluate, runPlainly } from "../../src/evaluation/index.ts";
import { decodeText, parsePatch, renderPatch } from "../../src/patch/index.ts";
import { type Blobs, runChild, systemClock } from "../../src/platform/index.ts";
import { type Task, Tree, type Verdict } from "../../src/protocol/index.ts";
import type { Tester } from "../../src/python/index.ts";
import { gradeOfficial } from "../../src/swebench/index.ts";
import type { Cheat, Target } from "./cheat.ts";

/** What came of one patch: our verdict with the layer that gave it, and what swebench says of the log. */
export interface Played {
  name: string;
  strict: Verdict;
  layer: string;
  /** Null where there is no log to grade. */
  official: boolean | null;
}

const here = new URL("./", import.meta.url);
/** Every file of `cheats/`, by name. */
export async function everyCheat(): Promise<Cheat[]> {
  const names = readdirSync(new URL("cheats/", here)).sort();
  return Promise.all(names.map(async (name) => (await import(new URL(`cheats/${name}`, here).href)).cheat));
}

const limits = { wallMs: 6_000, cpuSeconds: 5, memoryBytes: 400 * 1024 ** 2, diskBytes: 64 * 1024 ** 2 };

/** A task with its texts at hand. */
export interface Stage {
  task: Task;
  target: Target;
  gold: string;
  judge(name: string, patch: string, official?: boolean): Promise<Played>;
}

export async function openStage(task: Task, warm: Tester, blobs: Blobs): Promise<Stage> {
  const tester: Pick<Tester, "run" | "script"> = {
    run: (job, options) => warm.run({ ...job, limits: { ...limits, ...job.limits } }, options),
    script: (job, options) =>
      warm.script(
        {
          ...job,
          limits: { ...limits, ...job.limits, wallMs: limits.wallMs, cpuSeconds: limits.cpuSeconds },
        },
        options,
      ),
  };
  const tree = Tree.parse(JSON.parse(decodeText(await blobs.get(task.releaseTree)).text));
  const texts = new Map<string, string>();
  const [path = ""] = Object.keys(task.baseChanges);
  const testFiles = [...new Set(task.failToPass.map((id) => id.split("::")[0] ?? ""))];
  for (const name of [
    path,
    ...testFiles,
    "setup.cfg",
    "tox.ini",
    "pyproject.toml",
    "pytest.ini",
    "conftest.py",
  ]) {
    const hash = task.baseChanges[name] ?? tree[name]?.hash;
    if (hash !== undefined) texts.set(name, decodeText(await blobs.get(hash)).text);
  }
  const gold = decodeText(await blobs.get(tree[path]?.hash ?? "")).text;
  const tests = [...task.failToPass, ...task.passToPass];
  const target: Target = {
    ...{ path, testFiles, tests },
    text: texts.get(path) ?? "",
    memory: await memoryOf(task, path, tester),
    read: (name) => texts.get(name),
  };
  return {
    ...{ task, target, gold },
    async judge(name, patch, official = true) {
      const { verdict, layer, reason } = await evaluate(patch, task, { tester, blobs, clock: systemClock });
      if (verdict === "unscored") throw new Error(`${name}: ${reason}`);
      const hangs = verdict === "timed-out"; // an ordinary harness would wait for half an hour
      const plain =
        official && !hangs ? await runPlainly(patch, task, { tester, blobs }).catch(() => null) : null;
      const expected = { ...task, logParser: "parse_log_pytest", evalType: "pass_and_fail" };
      const grade =
        plain?.applied && !plain.timedOut ? gradeOfficial(patch, expected, Buffer.from(plain.log)) : null;
      return { name, strict: verdict, layer, official: grade?.ok ? grade.report.resolved : null };
    },
  };
}

/** A cheat's patch for a task; null where it cannot be written for it. */
export function patchOf(cheat: Cheat, { target }: Stage): string | null {
  if (cheat.raw) return cheat.raw(target);
  const changes = Object.entries(cheat.files?.(target) ?? {}).flatMap(([path, after]) => {
    const before = target.read(path) ?? null;
    return before === after ? [] : [{ path, before, after }];
  });
  return changes.length > 0 ? renderPatch(changes) : null;
}

/** Patches that mean what gold means, in other words. */
export async function rewritesOf({ target, gold, task }: Stage): Promise<{ kind: string; patch: string }[]> {
  const parsed = parsePatch(task.gold);
  const lines = parsed.ok
    ? parsed.patch.flatMap(({ hunks }) =>
        hunks.flatMap(({ newStart, lines: all }) => {
          const after = all.filter(({ kind }) => kind !== "-");
          return after.flatMap(({ kind }, at) => (kind === "+" ? [newStart + at] : []));
        }),
      )
    : [];
  const at =
    lines.length > 0 || !parsed.ok
      ? lines
      : parsed.patch.flatMap(({ hunks }) => hunks.map((h) => h.newStart + 3));
  const { stdout, exitCode, stderr } = await runChild(["python3", new URL("rewrite.py", here).pathname], {
    stdin: JSON.stringify({ text: gold, lines: at }),
  });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { kind, text } = JSON.parse(line) as { kind: string; text: string };
      return { kind, patch: renderPatch([{ path: target.path, before: target.text, after: text }]) };
    });
}

async function memoryOf(task: Task, path: string, tester: Pick<Tester, "script">): Promise<string> {
  const roots = [...task.context.sourceRoots].sort((a, b) => b.length - a.length);
  const root = roots.find((each) => each === "" || path.startsWith(`${each}/`)) ?? "";
  const module = path
    .slice(root === "" ? 0 : root.length + 1)
    .replace(/(\/__init__)?\.py$/, "")
    .replaceAll("/", ".");
  const files = [...new Set(task.failToPass.map((id) => id.split("::")[0]))];
  const program = readFileSync(new URL("memory.py", here), "utf8");
  const script = program.replace("= ORDER", () => `= ${JSON.stringify([module, files])}`);
  const { stdout } = await tester.script({ changes: {}, script, limits: { outputBytes: 4 * 1024 ** 2 } });
  const at = stdout.lastIndexOf("{");
  return at < 0 || !stdout.trimEnd().endsWith("}") ? "{}" : stdout.slice(stdout.indexOf("{")).trim();
}
