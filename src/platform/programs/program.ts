import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { killGroup } from "../children.ts";
import { TaoceptionError } from "../errors.ts";

/** How a program ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program of ours, running as a process of its own. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, however, and its last line was heard. */
  readonly ended: Promise<Ending>;
  /** What it complained about: the last line of its stderr that names an error, else the last line. */
  complaint(): string;
  /** SIGTERM, then SIGKILL to its whole group after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/** How programs are started: `argv` is this very program's own command line up to the subcommand. */
export interface Launcher {
  argv: readonly [string, ...string[]];
  environment: Record<string, string>;
  /** The exit code of a program that would do no better if it were started again. */
  gaveUp: number;
  /** Where the children's stderr goes. */
  stderr: NodeJS.WritableStream;
}

/** A line longer than this is no line of ours. */
const LINE_BYTES = 8 * 1024 * 1024;
/** How long a dead program's pipes may be held open by what it left behind. */
const DRAIN_MS = 1_000;

/**
 * Start a program. It gets a process group of its own, so that Ctrl-C reaches us alone and we end it in
 * order; its stdin is a pipe that closes when we are gone, however we go, upon which it ends by itself.
 * `onLine` gets each JSON line of its stdout, in order.
 */
export function startProgram(
  name: string,
  words: readonly string[],
  { argv, environment, stderr }: Launcher,
  onLine: (value: unknown) => void,
): Program {
  const [command, ...first] = argv;
  const child: ChildProcess = spawn(command, [...first, ...words, "--attached"], {
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("exit", (code, signal) => {
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal });
      }, DRAIN_MS).unref();
    });
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  const { stdin, stdout, stderr: complaints, pid } = child;
  if (!stdin || !stdout || !complaints || pid === undefined)
    throw new TaoceptionError("missing-program", `${name} could not be started: there is no ${command}`);
  stdin.on("error", () => {}); // it may be gone before we are
  readLines(stdout, (line) => {
    const value = jsonOf(line);
    if (value !== undefined) onLine(value);
  });
  let last = "";
  let error = "";
  readLines(complaints, (line) => {
    const told = line.trim();
    if (told !== "") last = told;
    if (/^(?:taoception: |\w*Error\b)/.test(told)) error = told.replace(/^taoception: /, "");
    stderr.write(`${line}\n`);
  });
  return {
    name,
    pid,
    ended,
    complaint: () => (error || last).slice(0, 1_000),
    stop: async (graceMs) => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_BYTES) rest = "";
    for (const line of lines) take(line);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
  stream.on("error", () => {});
}

/** A line's object; undefined for anything else, as when a program was killed in the middle of a line. */
function jsonOf(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
