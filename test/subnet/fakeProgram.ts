// A program of the subnet as its parent sees it, for tests: what it does stands in FAKE, one plan a name.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fakeChain } from "./fakeChain.ts";

interface Plan {
  /** Lines to print; a number waits so many milliseconds. Start number n takes the n-th list, or the last. */
  prints?: (string | number)[][];
  /** How each start ends after its lines: an exit code, a signal, or null to stay. */
  ends?: (number | string | null)[];
  ignoresTerm?: boolean;
  complains?: string;
}

const words = process.argv.slice(2);
const option = (flag: string) => words[words.indexOf(flag) + 1] ?? "";
const kind = words[0] ?? "";
const name = kind === "miner" ? option("--name") : kind;
const folder = process.env.FAKE_FOLDER ?? "";
const plan: Plan = JSON.parse(process.env.FAKE ?? "{}")[name] ?? {};

const log = join(folder, "log");
const note = (what: string) => appendFileSync(log, `${JSON.stringify({ name, what, pid: process.pid })}\n`);
note(`start ${words.join(" ")}`);
const starts = readFileSync(log, "utf8")
  .split("\n")
  .filter((line) => line.includes(`"${name}","what":"start`)).length;
writeFileSync(join(folder, `${name}.env`), JSON.stringify(Object.keys(process.env).sort()));
const nth = <T>(list: readonly T[] | undefined) => list?.[Math.min(starts, list.length) - 1];

function end(code: number): void {
  note("end");
  process.exit(code);
}
process.on("SIGTERM", () => {
  if (!plan.ignoresTerm) end(0);
});
process.stdin.on("end", () => end(0));
process.stdin.resume();

if (plan.complains) process.stderr.write(`${plan.complains}\n`);
if (kind === "chain") {
  const server = createServer(fakeChain(join(folder, "chain.json"), option("--genesis")));
  server.listen(Number(option("--port")), "127.0.0.1", () => {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    process.stdout.write(`${JSON.stringify({ port })}\n`);
  });
}
const ready = JSON.stringify({ port: Number(option("--port")) || 40_000 + starts, hotkey: name });
for (const line of nth(plan.prints) ?? (kind === "chain" ? [] : ["ready"])) {
  if (typeof line === "number") await wait(line);
  else process.stdout.write(line === "ready" ? `${ready}\n` : line);
}
const ending = nth(plan.ends) ?? null;
if (typeof ending === "number") end(ending);
if (typeof ending === "string") process.kill(process.pid, ending);
setInterval(() => {}, 1_000);
