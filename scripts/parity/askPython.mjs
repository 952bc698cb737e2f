import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** Answers of one of this folder's Python programs: a line of JSON for each question. */
export async function askPython(python, program, questions) {
  const child = spawn(python, [fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  return output
    .split("\n")
    .filter((line) => line.startsWith("{") || line.startsWith("["))
    .map((line) => JSON.parse(line));
}
