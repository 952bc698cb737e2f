import { constants } from "node:os";
import { TaoceptionError } from "../../platform/index.ts";
import type { Finished, Job, Limits } from "../contract.ts";
import { keepOutput } from "../output.ts";
import type { Jailed } from "./jail.ts";
import { watchTree } from "./watch.ts";

/** Feed, watch and bound a jailed job until everything of it is gone. Set-up that failed is thrown, the job's end is data. */
export async function finish(
  jailed: Omit<Jailed, "child">,
  job: Pick<Job, "stdin"> & { limits: Limits },
  { signal, group }: { signal?: AbortSignal | undefined; group?: { killed(): boolean } | undefined } = {},
): Promise<Finished> {
  const { limits } = job;
  const started = performance.now();
  let exceeded: Finished["exceeded"] = null;
  let timedOut = false;
  const killFor = (what: Finished["exceeded"]) => {
    exceeded ??= what;
    jailed.kill();
  };
  const stdout = keepOutput(jailed.stdout, limits.outputBytes, () => killFor("output"));
  const stderr = keepOutput(jailed.stderr, limits.outputBytes, () => killFor("output"));
  const timer = setTimeout(() => {
    timedOut = true;
    jailed.kill();
  }, limits.wallMs);
  signal?.addEventListener("abort", jailed.kill, { once: true });
  if (signal?.aborted) jailed.kill();
  let watch: { stop(): void } | undefined;
  let done = false;
  jailed.init
    .then((pid) => {
      if (pid === undefined || done) return;
      watch = watchTree(pid, limits, {
        exceeded: killFor,
        full: () => {
          exceeded ??= "disk";
        },
      });
    })
    .catch(() => jailed.kill());
  jailed.stdin.end(job.stdin ?? "");
  const ended = await jailed.ended;
  const killed = group?.killed() ?? false;
  done = true;
  watch?.stop();
  clearTimeout(timer);
  signal?.removeEventListener("abort", jailed.kill);
  signal?.throwIfAborted();
  if (ended.status === undefined && ended.signal === null)
    throw new TaoceptionError("sandbox-failed", `the sandbox could not be set up: ${stderr.text().trim()}`);
  const how = ending(ended.status);
  if (how.signal === "SIGXFSZ") exceeded ??= "disk";
  if (killed) exceeded ??= "memory";
  return {
    ...how,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated() || stderr.truncated(),
    timedOut,
    exceeded,
    elapsedMs: Math.round(performance.now() - started),
  };
}

/** bubblewrap tells a signal as a shell does, by 128 + its number; no status means that it was killed with its sandbox. */
function ending(status: number | undefined): { exitCode: number | null; signal: string | null } {
  if (status === undefined) return { exitCode: null, signal: "SIGKILL" };
  const name = status > 128 ? signalName(status - 128) : undefined;
  return name ? { exitCode: null, signal: name } : { exitCode: status, signal: null };
}

export function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
