import { realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";
import { TreePath } from "../protocol/index.ts";
import type { Limits, Template, TemplateJob, TemplateResult, TemplateSpec } from "./contract.ts";
import { type Identity, takeIdentity } from "./identity.ts";
import { insideFile, rlimits, startJail } from "./jail.ts";
import { keepOutput, outputKeeper } from "./output.ts";
import { signalName } from "./run.ts";
import { inodeLimit } from "./watch.ts";

/** The frames' kinds; their twin is inside/template.py. */
const sent = { setup: 0, job: 1, kill: 2 } as const;
const received = { ready: 0, stdout: 1, stderr: 2, report: 3, end: 4 } as const;
const headBytes = 9;
/** What the parent may need beyond a job's wall time to notice, kill and tell. */
const graceMs = 10_000;

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
  chunk(kind: number, payload: Buffer): void;
  end(end: End): void;
  fail(error: Error): void;
}

/**
 * Start the interpreter, preload it and keep it until it is disposed of. A preload that fails is thrown as
 * `template-failed` with the traceback.
 */
export async function openTemplate(
  spec: TemplateSpec,
  { interpreter }: { interpreter: string },
): Promise<Template> {
  const lowers = await realpath(spec.lowers);
  const identity = await takeIdentity();
  const jailed = await startJail({
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
    identity,
    entering: "template",
    channel: true,
  }).catch((error: unknown) => {
    releaseOf(identity);
    throw error;
  });
  const channel = jailed.channel as Duplex;
  const stderr = keepOutput(jailed.stderr, 64 * 1024, () => {});
  keepOutput(jailed.stdout, 0, () => {});
  const waiting = new Map<number, Waiting>();
  let ready: ((word: z.infer<typeof Ready>) => void) | undefined;
  let over: Error | undefined;
  const stop = (error: Error) => {
    over ??= error;
    jailed.kill();
    for (const each of waiting.values()) each.fail(over);
    waiting.clear();
  };
  readFrames(channel, (kind, number, payload) => {
    try {
      if (kind === received.ready) ready?.(Ready.parse(JSON.parse(payload.toString())));
      else if (kind === received.end) {
        waiting.get(number)?.end(End.parse(JSON.parse(payload.toString())));
        waiting.delete(number);
      } else waiting.get(number)?.chunk(kind, payload);
    } catch (cause) {
      stop(new TaoceptionError("template-failed", "the template spoke nonsense", { cause, retryable: true }));
    }
  });
  const gone = jailed.ended.then(() => {
    releaseOf(identity);
    stop(
      new TaoceptionError("template-ended", `the template has ended: ${stderr.text().slice(-2000)}`, {
        retryable: true,
      }),
    );
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
          uid: identity.kind === "pool" ? identity.uid : null,
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
    ready = (said) => {
      clearTimeout(timer);
      resolve(said);
    };
    void gone.then(() => ready?.({ ok: false, reason: stderr.text().slice(-4000) }));
  });
  if (!word.ok) {
    await dispose();
    throw new TaoceptionError("template-failed", `the template could not be started: ${word.reason}`);
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
        const result = collect(waiting, number, job.limits);
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

function releaseOf(identity: Identity): void {
  if (identity.kind === "pool") identity.release();
}

function collect(waiting: Map<number, Waiting>, number: number, limits: Limits): Promise<TemplateResult> {
  const streams = new Map<number, ReturnType<typeof outputKeeper>>([
    [received.stdout, outputKeeper(limits.outputBytes, () => {})],
    [received.stderr, outputKeeper(limits.outputBytes, () => {})],
    [received.report, outputKeeper(Number.MAX_SAFE_INTEGER, () => {})],
  ]);
  const text = (kind: number) => streams.get(kind)?.text() ?? "";
  return new Promise((resolve, reject) => {
    waiting.set(number, {
      chunk: (kind, payload) => streams.get(kind)?.add(payload),
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
          stdout: text(received.stdout),
          stderr: text(received.stderr),
          truncated,
          timedOut,
          exceeded: how.signal === "SIGXFSZ" ? (exceeded ?? "disk") : exceeded,
          elapsedMs: Math.round(end.elapsedMs),
          reports: jsonLines(text(received.report)),
          forkMs,
        });
      },
    });
  });
}

/** A status as wait(2) gives it; none means that the namespace was killed whole. */
function waitStatus(status: number | null): { exitCode: number | null; signal: string | null } {
  if (status === null) return { exitCode: null, signal: "SIGKILL" };
  const number = status & 0x7f;
  return number === 0
    ? { exitCode: (status >> 8) & 0xff, signal: null }
    : { exitCode: null, signal: signalName(number) ?? `signal ${number}` };
}

function jsonLines(text: string): unknown[] {
  return text.split("\n").flatMap((line) => {
    if (!line) return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return []; // the last line of a job that was killed, or a forger's
    }
  });
}

/** The job as the fork reads it: four bounds for the parent, then JSON that only the fork parses. */
async function describe(job: TemplateJob, lowers: string): Promise<Buffer> {
  const { limits } = job;
  const lower = relative(lowers, await realpath(job.lower));
  if (lower === "" || lower.startsWith("..") || isAbsolute(lower))
    throw new TaoceptionError("bad-lower", `${job.lower} does not lie under ${lowers}`);
  const bounds = Buffer.alloc(32);
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

function frame(kind: number, number: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(number, 1);
  head.writeUInt32BE(payload.length, 5);
  return Buffer.concat([head, payload]);
}

function readFrames(channel: Duplex, take: (kind: number, number: number, payload: Buffer) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = headBytes;
  channel.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    let rest = Buffer.concat(chunks);
    while (rest.length >= headBytes) {
      const length = rest.readUInt32BE(5);
      if (rest.length < headBytes + length) break;
      take(rest.readUInt8(0), rest.readUInt32BE(1), rest.subarray(headBytes, headBytes + length));
      rest = rest.subarray(headBytes + length);
    }
    wanted = rest.length >= headBytes ? headBytes + rest.readUInt32BE(5) : headBytes;
    chunks = [rest];
    size = rest.length;
  });
}
