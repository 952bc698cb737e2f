import { spawn } from "node:child_process";
import { accessSync, constants, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Run a program; resolves to its exit code and what it wrote (the last `bytes` of both streams together). One that
 * writes into the clone is given the `turn` to hold.
 */
export function run(argv, { cwd, env = process.env, turn, bytes = 65_536 } = {}) {
  return new Promise((resolve) => {
    const [program, ...rest] = argv;
    const child = spawn(program, rest, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe", ...(turn === undefined ? [] : [turn])],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output = (output + chunk).slice(-bytes);
      });
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on("close", (code, signal) => resolve({ code: code ?? 1, output, signal }));
  });
}

/** The first program of that name on PATH, or undefined. */
export function find(name, path = process.env.PATH ?? "") {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(canRun);
}

export function canRun(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Remove a folder and all in it, if it is there. */
export function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
}

/** Whether version `a` is at least `b`; numbers between dots, nothing else counts. */
export function atLeast(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10)));
  for (const [place, wanted] of right.entries()) {
    const have = left[place] ?? 0;
    if (have !== wanted) return have > wanted;
  }
  return true;
}
