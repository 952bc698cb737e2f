import { type Group, nameOf, relaxed } from "./requirements.ts";
import { runUv, type UvRoom } from "./uv.ts";
import { reasonOf, unavailable } from "./uvWords.ts";

/** A set of versions that fits, and what had to be left out for it. */
export interface Resolution {
  /** Sorted `name==version` lines, the project itself not among them. */
  lock: string;
  notes: string[];
}
export type Resolving = ({ ok: true } & Resolution) | { ok: false; reason: string; log: string };

/** pytest older than this knows too little of today's interpreters, and of what a run reports. */
const runner = "pytest>=8";
const attempts = 20;

/**
 * Choose versions for what a project needs and what its tests may need, all as of a day. Ready wheels only, so no
 * foreign code runs. Groups of test requirements are given up one by one, first their versions, then themselves;
 * so is the day, when the index does not know when its files came. The project's own requirements are kept.
 */
export async function resolve(
  wanted: { name: string; own: readonly string[]; groups: readonly Group[]; before: string | null },
  room: UvRoom,
): Promise<Resolving> {
  const { name, own, groups } = wanted;
  const notes: string[] = [];
  let left = attempts;
  const compile = async (lines: readonly string[], before: string | null): Promise<Resolving> => {
    left -= 1;
    const pinned = before === null ? [] : ["--exclude-newer", before];
    const quiet = ["--no-header", "--no-annotate", "--no-emit-package", name];
    const command = ["pip", "compile", "--only-binary", ":all:", ...quiet, ...pinned, "-"];
    const done = await runUv(room, command, [runner, ...own, ...lines].map((line) => `${line}\n`).join(""));
    if (done.exitCode === 0) return { ok: true, lock: lockOf(done.stdout), notes };
    return {
      ok: false,
      reason: reasonOf(done.stderr) || `uv ended with ${done.exitCode ?? done.signal}`,
      log: done.stderr,
    };
  };

  const bad = new Set<string>();
  const available = (lines: readonly string[]) => lines.filter((line) => !bad.has(nameOf(line)));
  /** Compile, and leave out what the index has not, as long as that is the reason. */
  const choose = async (lines: readonly string[], before: string | null) => {
    for (;;) {
      const tried = await compile(available(lines), before);
      if (tried.ok || left <= 0) return tried;
      const missing = unavailable(tried.log);
      const culprits = available(lines).filter((line) => missing.has(nameOf(line)));
      if (culprits.length === 0) return tried;
      for (const line of culprits) bad.add(nameOf(line));
      notes.push(`${culprits.join(", ").slice(0, 200)} left out: ${tried.reason}`);
    }
  };

  const all = groups.flatMap(({ lines }) => lines);
  for (const lines of [all, all.map(relaxed)]) {
    const whole = await choose(lines, wanted.before);
    if (whole.ok) return whole;
    if (all.length === 0) break;
  }
  let before = wanted.before;
  let best = await compile([], before);
  if (!best.ok && before !== null) {
    notes.push(`not pinned to ${before}: ${best.reason}`);
    before = null;
    best = await compile([], null);
  }
  if (!best.ok) return best;
  const taken: string[] = [];
  for (const { from, lines } of groups) {
    if (left <= 0) {
      notes.push(`${from} was left out: too many tries`);
      continue;
    }
    let tried = await choose([...taken, ...lines], before);
    let used = lines;
    if (!tried.ok && left > 0) {
      used = lines.map(relaxed);
      tried = await choose([...taken, ...used], before);
    }
    if (tried.ok) {
      taken.push(...used);
      best = tried;
    } else notes.push(`${from} was left out: ${tried.reason}`);
  }
  return best;
}

function lockOf(stdout: string): string {
  const lines = stdout
    .split("\n")
    .flatMap((line) => /^[A-Za-z0-9][\w.-]*==[^\s;]+/.exec(line.trim())?.[0] ?? []);
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join("");
}
