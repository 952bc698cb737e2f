import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Event, type EventBody } from "../../src/protocol/index.ts";

const main = resolve(import.meta.dirname, "../../src/cli/main.ts");

/** A program of ours that runs, what it printed so far, and its end. */
export interface Running {
  child: ChildProcess;
  events: Event[];
  stderr: () => string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Start `taoception` with these words as a person would; stdout is read as events when it holds them. */
export function run(words: readonly string[], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment },
  });
  const events: Event[] = [];
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => events.push(Event.parse(JSON.parse(line))));
  const ended = Promise.all([once(child, "close"), once(lines, "close")]).then(([[code, signal]]) => ({
    code,
    signal,
  }));
  return { child, events, stderr: () => complaints, ended };
}

/** Run a command to its end: its exit code and what it printed. */
export async function call(words: readonly string[]) {
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code: code as number | null, stdout, stderr };
}

/** Processes whose command line or working folder names this folder: what a run has left behind. */
export async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
    if (words.includes(folder)) found.push(`${pid} ${words.slice(0, 200)}`);
  }
  return found;
}

/** Mounts of this namespace that lie in a folder. */
export async function mountsIn(folder: string): Promise<string[]> {
  const text = await readFile("/proc/self/mountinfo", "utf8");
  return text.split("\n").filter((line) => line.includes(folder));
}

/** Events of one type, in their order. */
export const of = <Type extends EventBody["type"]>(events: readonly Event[], type: Type) =>
  events.filter((event): event is Event & { type: Type } => event.type === type);
