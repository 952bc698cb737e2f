import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { TaoceptionError } from "./errors.ts";

export interface ChildResult {
  /** Exit status from wait; null when a signal ended the child. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** True where a stream was longer than `outputBytes` and its rest was dropped. */
  truncated: boolean;
  timedOut: boolean;
  elapsedMs: number;
}

export interface ChildOptions {
  cwd?: string;
  /** The whole environment: nothing is inherited unless it is named. */
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  timeoutMs?: number;
  outputBytes?: number;
  signal?: AbortSignal;
}

/**
 * Run a trusted program to its end. It gets its own process group, which is killed whole on time-out or abort.
 * A program that cannot be started is a TaoceptionError `missing-program`; one that fails is a result.
 */
export async function runChild(
  argv: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const { outputBytes = 16 * 1024 * 1024, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const started = performance.now();
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: options.env ?? {},
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const stdout = collect(child.stdout, outputBytes);
  const stderr = collect(child.stderr, outputBytes);
  let timedOut = false;
  const kill = () => killGroup(child);
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          kill();
        }, timeoutMs);
  signal?.addEventListener("abort", kill, { once: true });
  child.stdin.on("error", () => {}); // a child may end before it has read everything
  child.stdin.end(options.stdin ?? "");
  try {
    const [exitCode, ending] = await ended;
    signal?.throwIfAborted();
    return {
      exitCode,
      signal: ending,
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.truncated() || stderr.truncated(),
      timedOut,
      elapsedMs: Math.round(performance.now() - started),
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new TaoceptionError("missing-program", `${program} could not be started`, { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
  }
}

/** SIGKILL to a detached child's whole process group; harmless when it is gone. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function collect(stream: NodeJS.ReadableStream, limit: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  stream.on("data", (chunk: Buffer) => {
    const room = limit - size;
    if (chunk.length > room) truncated = true;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, Math.max(room, 0));
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => truncated };
}
