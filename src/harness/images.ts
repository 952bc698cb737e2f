import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parsePatch, violations } from "../patch/index.ts";
import type { ForeignContainer, Limits } from "../sandbox/index.ts";
import { evalScript } from "../swebench/index.ts";
import type { Judged } from "./judged.ts";

/** Opens a container of an image. */
export type OpenContainer = (image: string, limits: Limits) => Promise<ForeignContainer>;

/** What is tried in turn to apply a patch, as swebench 5.0.2 does. */
const APPLY: readonly (readonly [string, ...string[]])[] = [
  ["git", "apply", "--verbose"],
  ["git", "apply", "--verbose", "--3way"],
  ["git", "apply", "--verbose", "--reject"],
  ["patch", "--batch", "--forward", "--fuzz=5", "-p1", "-i"],
];
const PATCH = "/tmp/patch.diff";
const SCRIPT = "/eval.sh";
const CWD = "/testbed";
const megabyte = 1024 ** 2;

/** What a row of an image needs. */
export interface ImageRow {
  id: string;
  image: string;
  script: string;
  /** Where its tests lie, for our own look at the patch. */
  testPaths: readonly string[];
  /** Whether the script writes a reward, as Harbor's do, and its log decides nothing. */
  rewarded: boolean;
}

/** Where a Harbor task's script writes what the patch is worth; 1 and more is all of it. */
const REWARD = "/logs/verifier/reward.txt";

/**
 * Apply a patch in a container of the row's image and run its script, as swebench does, without network. Of our own
 * layers only those that look at the patch itself apply: what stands in an image is not ours to replace.
 */
export async function judgeImage(
  { image, script, testPaths, rewarded }: ImageRow,
  patch: string,
  {
    openContainer,
    timeoutMs,
    signal,
  }: { openContainer: OpenContainer; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Judged & { story: string[] }> {
  const limits: Limits = {
    wallMs: timeoutMs + 120_000,
    cpuSeconds: Math.ceil(timeoutMs / 1000) + 60,
    memoryBytes: 4096 * megabyte,
    processes: 512,
    outputBytes: 64 * megabyte,
    diskBytes: 4096 * megabyte,
  };
  const story: string[] = [];
  const place = await mkdtemp(join(tmpdir(), "taoception-image-"));
  try {
    await using container = await openContainer(image, limits);
    const ending = signal ? { signal } : {};
    const run = async (argv: readonly [string, ...string[]], ms = 120_000) => {
      const output = { path: join(place, "output"), maxBytes: limits.outputBytes };
      const done = await container.exec(argv, { timeoutMs: ms, output, cwd: CWD, ...ending });
      return { ...done, output: await readFile(output.path) };
    };
    await container.put({
      [PATCH]: { bytes: patch },
      [SCRIPT]: { bytes: evalScript(script), executable: true },
    });
    let applied = false;
    for (const command of APPLY) {
      const done = await run([...command, PATCH]);
      story.push(`${command.join(" ")}: exit code ${done.exitCode}`, done.output.toString("utf8"));
      applied = done.exitCode === 0;
      if (applied) break;
      await run(["sh", "-c", "git checkout -- . ; git clean -fd"]);
    }
    if (!applied) {
      story.push(">>>>> Patch Apply Failed");
      return { log: new Uint8Array(), timedOut: false, applied, strict: null, story };
    }
    story.push(">>>>> Applied Patch");
    if (rewarded) await run(["mkdir", "-p", dirname(REWARD)]);
    const done = await run(["/bin/bash", SCRIPT], timeoutMs);
    if (rewarded && !done.timedOut) {
      const { exitCode, output } = await run(["cat", REWARD]);
      const reward = exitCode === 0 ? Number(output.toString("utf8").trim() || "no number") : Number.NaN;
      const verdict = lookedAt(patch, testPaths) ?? {
        verdict: reward >= 1 ? ("resolved" as const) : ("unresolved" as const),
        ...{
          layer: "reward",
          reason: Number.isNaN(reward) ? "no reward was written" : `the reward is ${reward}`,
        },
      };
      return { log: done.output, timedOut: false, applied, strict: verdict, story };
    }
    return { log: done.output, timedOut: done.timedOut, applied, strict: lookedAt(patch, testPaths), story };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function lookedAt(patch: string, testPaths: readonly string[]): Judged["strict"] {
  const parsed = parsePatch(patch);
  if (!parsed.ok) return { verdict: "invalid-patch", layer: "parse", reason: parsed.reason };
  const found = violations(parsed.patch, { testPaths });
  return found.length > 0
    ? { verdict: "tampered", layer: "paths", reason: `touches ${found.slice(0, 5).join(", ")}` }
    : null;
}
