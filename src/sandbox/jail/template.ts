import { realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { TreePath } from "../../protocol/index.ts";
import type { Limits, Template, TemplateJob, TemplateResult, TemplateSpec } from "../contract.ts";
import { frame, readFrames, received, sent } from "../frames.ts";
import { insideFile } from "../inside.ts";
import { keepOutput, outputKeeper } from "../output.ts";
import { checkReadable } from "../readable.ts";
import { reportKeeper } from "../reports.ts";
import type { Jail, Jailed } from "./jail.ts";
import { rlimits } from "./rlimits.ts";
import { signalName } from "./run.ts";
import { inodeLimit, watchTree } from "./watch.ts";

/** What the parent may need beyond a job's wall time to notice, kill and tell. */
const graceMs = 10_000;

/** What forks give way by to the template that watches them: together they must not hold it up. */
const FORKS_NICE = 19;

const Ready = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);
const End = z.object({
  status: z.int().nullable(),
  killed: z.boolean(),
  failed: z.string().nullable(),
  truncated: z.boolean(),
  timedOut: z.boolean(),
  exceeded: z.enum(["memory", "disk", "output"]).nullable(),
  forkMs: z.number(),
  elapsedMs: z.number(),
});
type End = z.infer<typeof End>;

interface Waiting {
  limits: Limits;
  /** When it was asked for, on this process's clock. */
  since: number;
  chunk(kind: number, payload: Buffer): void;
  end(end: End): void;
  fail(error: Error): void;
}

/**
 * Start the interpreter, preload it and keep it until it is disposed of. A preload that fails, passes a limit or
 * leaves a process or a thread behind is thrown as `template-failed`, with the traceback where there is one.
 */
export async function openTemplate(
  spec: TemplateSpec,
  { interpreter, enter, signal }: { interpreter: string; enter: Enter; signal: AbortSignal },
): Promise<Template> {
  signal.throwIfAborted();
  const lowers = await realpath(spec.lowers);
  const jailed = await enter(
    {
      argv: [interpreter, "-S", "-s", "-B", "/sandbox/template.py"],
      cwd: "/tmp",
      env: { PYTHONHASHSEED: "0", ...spec.env },
      mounts: [
        { from: insideFile("template.py"), at: "/sandbox/template.py" },
        { from: spec.program, at: "/sandbox/program.py" },
        ...spec.mounts,
        { from: lowers, at: "/lowers" },
      ],
      limits: spec.limits,
      entering: "template",
      channel: true,
    },
    { interpreter },
  );
  const channel = jailed.channel as Duplex;
  const waiting = new Map<number, Waiting>();
  let ready: ((word: z.infer<typeof Ready>) => void) | undefined;
  let over: Error | undefined;
  const stop = (error: Error) => {
    over ??= error;
    jailed.kill();
    ready?.({ ok: false, reason: over.message });
    for (const each of waiting.values()) each.fail(over);
    waiting.clear();
  };
  const ended = (what: string, cause?: unknown) =>
    stop(new TaoceptionError("template-ended", `the template ${what}`, { cause, retryable: true }));
  // memory that no process has mapped is counted for all together: a fork that was alone took it, of several one may have
  const overfull = () => {
    const [alone, another] = [...waiting.values()];
    if (alone && !another && !over) {
      waiting.clear();
      alone.end(killedForMemory(performance.now() - alone.since));
    }
    ended("exceeded its memory");
  };
  const stderr = keepOutput(jailed.stderr, 64 * 1024, () => ended("flooded stderr"));
  keepOutput(jailed.stdout, 64 * 1024, () => ended("flooded stdout"));
  const nonsense = (cause?: unknown) => ended("spoke nonsense", cause);
  readFrames(
    channel,
    (kind, number, payload) => {
      if (over) return;
      try {
        const job = waiting.get(number);
        if (kind === received.ready) ready?.(Ready.parse(JSON.parse(payload.toString())));
        else if (!job) nonsense();
        else if (kind === received.end) {
          if (jailed.killed?.()) return overfull();
          job.end(End.parse(JSON.parse(payload.toString())));
          waiting.delete(number);
        } else job.chunk(kind, payload);
      } catch (cause) {
        nonsense(cause);
      }
    },
    nonsense,
  );
  const init = jailed.init;
  let watch: { stop(): void } | undefined;
  void init.then((pid) => {
    if (pid === undefined || over) return;
    watch = watchTree(pid, () => withForks(spec.limits, waiting), {
      exceeded: overfull,
      full() {},
    });
  });
  const gone = jailed.ended.then(() => {
    watch?.stop();
    const killed = jailed.killed?.() ?? false;
    jailed.release();
    if (killed) overfull(); // the kernel was quicker than the watcher
    ended(`has ended: ${stderr.text().slice(-2000)}`);
  });
  const dispose = async () => {
    stop(new TaoceptionError("template-ended", "the template was closed"));
    await gone;
  };

  channel.write(
    frame(
      sent.setup,
      0,
      Buffer.from(
        JSON.stringify({
          uid: jailed.uid,
          nice: jailed.shares ? FORKS_NICE : 0,
          pythonPath: spec.pythonPath,
          preload: spec.preload,
        }),
      ),
    ),
  );
  const word = await new Promise<z.infer<typeof Ready>>((resolve) => {
    const timer = setTimeout(
      () => resolve({ ok: false, reason: `not ready after ${spec.limits.wallMs} ms` }),
      spec.limits.wallMs,
    );
    const abort = () => resolve({ ok: false, reason: "it was called off" });
    signal.addEventListener("abort", abort, { once: true });
    ready = (said) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(said);
    };
    if (over) ready({ ok: false, reason: over.message });
    if (signal.aborted) abort(); // meanwhile
  });
  ready?.(word);
  ready = undefined;
  const wrong = word.ok ? await jailed.leftBehind() : word.reason;
  if (wrong !== undefined || signal.aborted) {
    await dispose();
    signal.throwIfAborted();
    throw new TaoceptionError("template-failed", `the template could not be started: ${wrong}`);
  }

  let last = 0;
  return {
    async run(job, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      if (over) throw over;
      const payload = await describe(job, lowers);
      if (over) throw over;
      last = (last + 1) % 0xffff_ffff;
      const number = last;
      const kill = () => channel.write(frame(sent.kill, number));
      signal?.addEventListener("abort", kill, { once: true });
      const timer = setTimeout(
        () =>
          stop(new TaoceptionError("template-ended", "the template stopped answering", { retryable: true })),
        job.limits.wallMs + graceMs,
      );
      try {
        const result = collect(waiting, number, job.limits, { kill, nonsense });
        jailed.widen?.([spec.limits, ...[...waiting.values()].map(({ limits }) => limits)]);
        channel.write(frame(sent.job, number, payload));
        const ended = await result;
        signal?.throwIfAborted();
        return ended;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", kill);
        waiting.delete(number);
      }
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** The process of a template, wherever it was started. */
export interface Entered extends Omit<Jailed, "child"> {
  /** The uid that it takes itself before any foreign code; null where it has it from the start. */
  uid: number | null;
  /** Whether it and its forks share the processors among themselves: then it must go before them. */
  shares: boolean;
  /** Called when its last process is gone. */
  release(): void;
  /** What preloading left behind beside the interpreter, if anything. */
  leftBehind(): Promise<string | undefined>;
  /** Let it use what all of these may together, where the kernel counts that too. */
  widen?(all: readonly Limits[]): void;
  /** Whether the kernel killed one of its processes for want of memory. */
  killed?(): boolean;
}

export type Enter = (
  jail: Omit<Jail, "identity" | "etc" | "emptied">,
  { interpreter }: { interpreter: string },
) => Promise<Entered>;

/** What the template's whole tree of processes may use while it has these forks. */
function withForks(own: Limits, forks: ReadonlyMap<number, { limits: Limits }>) {
  let { memoryBytes, processes } = own;
  for (const { limits } of forks.values()) {
    memoryBytes += limits.memoryBytes;
    processes += limits.processes;
  }
  return { memoryBytes, processes, diskBytes: own.diskBytes };
}

function collect(
  waiting: Map<number, Waiting>,
  number: number,
  limits: Limits,
  { kill, nonsense }: { kill(): void; nonsense(): void },
): Promise<TemplateResult> {
  // the template cuts off a job's streams; one that does not is not to be believed any more
  const stdout = outputKeeper(limits.outputBytes, nonsense);
  const stderr = outputKeeper(limits.outputBytes, nonsense);
  const reports = reportKeeper({ flooded: kill, nonsense });
  return new Promise((resolve, reject) => {
    waiting.set(number, {
      limits,
      since: performance.now(),
      chunk: (kind, payload) =>
        (kind === received.report ? reports : kind === received.stdout ? stdout : stderr).add(payload),
      fail: reject,
      end(end) {
        if (end.failed !== null) {
          reject(new TaoceptionError("sandbox-failed", `the fork could not be set up: ${end.failed}`));
          return;
        }
        const { truncated, timedOut, exceeded, forkMs } = end;
        const how = waitStatus(end.status);
        resolve({
          ...how,
          stdout: stdout.text(),
          stderr: stderr.text(),
          truncated,
          timedOut,
          exceeded: exceeded ?? (how.signal === "SIGXFSZ" ? "disk" : reports.flooded() ? "output" : null),
          elapsedMs: Math.round(end.elapsedMs),
          reports: reports.reports(),
          forkMs,
        });
      },
    });
  });
}

/** The end of a fork that brought its template's whole group to its memory's limit. */
const killedForMemory = (elapsedMs: number): End => ({
  ...{ status: null, killed: true, failed: null, truncated: false, timedOut: false },
  ...{ exceeded: "memory", forkMs: -1, elapsedMs },
});

/** A status as wait(2) gives it; none means that the namespace was killed whole. */
function waitStatus(status: number | null): { exitCode: number | null; signal: string | null } {
  if (status === null) return { exitCode: null, signal: "SIGKILL" };
  const number = status & 0x7f;
  return number === 0
    ? { exitCode: (status >> 8) & 0xff, signal: null }
    : { exitCode: null, signal: signalName(number) ?? `signal ${number}` };
}

/** Bytes of a job's four bounds before its JSON. */
export const BOUNDS_BYTES = 32;

/** The job as the fork reads it: four bounds for the parent, then JSON that only the fork parses. */
export async function describe(job: TemplateJob, lowers: string): Promise<Buffer> {
  const { limits } = job;
  const lower = relative(lowers, await realpath(job.lower));
  if (lower === "" || lower.startsWith("..") || isAbsolute(lower))
    throw new TaoceptionError("bad-lower", `${job.lower} does not lie under ${lowers}`);
  await checkReadable(job.lower, "/work");
  const bounds = Buffer.alloc(BOUNDS_BYTES);
  for (const [at, value] of [
    limits.wallMs,
    limits.memoryBytes,
    limits.processes,
    limits.outputBytes,
  ].entries())
    bounds.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(value))), at * 8);
  const files = Object.entries(job.files).map(([path, bytes]) => [
    TreePath.parse(path),
    bytes === null ? null : Buffer.from(bytes).toString("base64"),
  ]);
  const body = {
    lower,
    files: Object.fromEntries(files),
    input: job.input,
    rlimits: rlimits(limits),
    diskBytes: Math.max(4096, Math.floor(limits.diskBytes)),
    diskFiles: inodeLimit(limits),
  };
  return Buffer.concat([bounds, Buffer.from(JSON.stringify(body))]);
}
