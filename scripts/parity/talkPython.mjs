import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * A Python program of this folder that stays: `ask` sends it one line of JSON and resolves to the line it answers. Its
 * input is closed when this is disposed of, and it ends.
 */
export function talkPython(python, program) {
  const child = spawn(python, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("{") || line.startsWith("[")) waiting.shift()?.resolve(JSON.parse(line));
  });
  ended.then(
    () => waiting.forEach(({ reject }) => void reject(new Error(`${program} has ended`))),
    () => {},
  );
  return {
    pid: child.pid,
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      const hurry = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended.catch(() => {});
      clearTimeout(hurry);
    },
  };
}
