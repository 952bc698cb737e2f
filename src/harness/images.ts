import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePatch, violations } from "../patch/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { ForeignContainer, Limits } from "../sandbox/index.ts";
import { evalScript, harborTests } from "../swebench/index.ts";
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
const DEFECT = "/tmp/defect.diff";
/** Committed, so that what is taken back between two tries to apply a patch is the patch alone. */
const PLANT = `git apply ${DEFECT} && git -c user.name=row -c user.email=row@localhost commit -qam defect && rm ${DEFECT}`;
const SCRIPT = "/eval.sh";
const CWD = "/testbed";
const TESTS = "/tests";
const megabyte = 1024 ** 2;

/** As swebench does: a test may print any byte, and the log of it is text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a row of an image needs. */
export interface ImageRow {
  id: string;
  image: string;
  script: string;
  /** Where its tests lie, for our own look at the patch. */
  testPaths: readonly string[];
  /** A diff that plants the defect first, for rows whose image has the code without it. */
  defect: string | null;
  /** The folder of a Harbor task's tests: its script is there, and writes a reward, and its log decides nothing. */
  testsFolder: string | null;
}

/** Where a Harbor task's script writes what the patch is worth, in the order in which Harbor looks; 1 and more is all. */
const REWARDS = "/logs/verifier";

/**
 * Apply a patch in a container of the row's image and run its script, as swebench does, without network. Of our own
 * layers only those that look at the patch itself apply: what stands in an image is not ours to replace.
 */
export async function judgeImage(
  { id, image, script, testPaths, testsFolder, defect }: ImageRow,
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
  const tests = testsFolder === null ? {} : await harborTests(testsFolder);
  const isHarbor = testsFolder !== null;
  const place = await mkdtemp(join(tmpdir(), "taoception-image-"));
  try {
    await using container = await openContainer(image, limits);
    const ending = signal ? { signal } : {};
    const run = async (argv: readonly [string, ...string[]], cwd?: string, ms = 120_000) => {
      const output = { path: join(place, "output"), maxBytes: limits.outputBytes };
      const there = cwd === undefined ? {} : { cwd };
      const done = await container.exec(argv, { timeoutMs: ms, output, ...there, ...ending });
      return { ...done, output: Buffer.from(decoder.decode(await readFile(output.path))) };
    };
    const repository = isHarbor ? undefined : CWD; // Harbor's is where its image begins
    if (defect !== null) {
      await container.put({ [DEFECT]: { bytes: defect } });
      const planted = await run(["sh", "-c", PLANT], repository);
      if (planted.exitCode !== 0)
        throw new TaoceptionError(
          "bad-row",
          `${id}: its defect cannot be planted: ${planted.output.toString("utf8").slice(-500)}`,
        );
    }
    await container.put({ [PATCH]: { bytes: patch } });
    let applied = false;
    for (const [at, command] of APPLY.entries()) {
      // one that failed may have left half of it
      if (at > 0) await run(["sh", "-c", "git checkout -- . ; git clean -fd"], repository);
      const done = await run([...command, PATCH], repository);
      story.push(`${command.join(" ")}: exit code ${done.exitCode}`, done.output.toString("utf8"));
      applied = done.exitCode === 0;
      if (applied) break;
    }
    // the last may have applied all of it and failed
    applied ||= (await run(["git", "apply", "--check", "--reverse", PATCH], repository)).exitCode === 0;
    if (!applied) {
      story.push(">>>>> Patch Apply Failed");
      return { log: new Uint8Array(), timedOut: false, applied, strict: null, story };
    }
    story.push(">>>>> Applied Patch");
    if (!isHarbor) await container.put({ [SCRIPT]: { bytes: evalScript(script), executable: true } });
    else {
      const files = Object.entries(tests).map(([path, bytes]) => [
        `${TESTS}/${path}`,
        { bytes, executable: true },
      ]);
      await container.put(Object.fromEntries(files)); // only now: whoever solves it does not see them
      await run(["sh", "-c", `rm -rf ${REWARDS} && mkdir -p ${REWARDS}`]);
    }
    const done = await run(isHarbor ? [`${TESTS}/test.sh`] : ["/bin/bash", SCRIPT], undefined, timeoutMs);
    if (isHarbor && !done.timedOut) {
      const looked = await run(["sh", "-c", `cd ${REWARDS}; cat reward.txt 2>/dev/null || cat reward.json`]);
      const reward = looked.exitCode === 0 ? rewardIn(looked.output.toString("utf8")) : null;
      const verdict = lookedAt(patch, testPaths) ?? {
        verdict: reward !== null && reward >= 1 ? ("resolved" as const) : ("unresolved" as const),
        layer: "reward",
        reason: reward === null ? "no reward was written" : `the reward is ${reward}`,
      };
      return { log: done.output, timedOut: false, applied, strict: verdict, story };
    }
    return { log: done.output, timedOut: done.timedOut, applied, strict: lookedAt(patch, testPaths), story };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** A number, or an object of numbers: its `reward`, or the least where there is none. Null where it is neither. */
function rewardIn(text: string): number | null {
  const plain = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(plain)) return plain;
  try {
    const { reward, ...others } = JSON.parse(text) as Record<string, unknown>;
    const all = reward === undefined ? Object.values(others) : [reward];
    return all.length > 0 && all.every((each) => typeof each === "number") ? Math.min(...all) : null;
  } catch {
    return null;
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
