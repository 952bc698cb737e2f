import { fileURLToPath } from "node:url";
// @ts-expect-error scripts are plain JavaScript
import { oraclePython } from "../../scripts/parity/swebench.mjs";
import { runChild } from "../../src/platform/index.ts";
import type { Answer, Case } from "./cases.ts";

const clone = fileURLToPath(new URL("../..", import.meta.url));

/** The Python that has swebench; undefined where `scripts/parity/swebench.mjs` has not brought it. */
export const python: string | undefined = oraclePython();

/** Run one of scripts/parity's Python files with these lines as its input; resolves to the lines that it writes. */
export async function ask(script: string, lines: readonly string[], cwd = clone): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runChild(
    [python ?? "python", fileURLToPath(new URL(`../../scripts/parity/${script}`, import.meta.url))],
    {
      cwd,
      stdin: lines.map((line) => `${line}\n`).join(""),
      env: { PATH: process.env.PATH ?? "", HOME: cwd, PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" },
      outputBytes: 1024 ** 3 / 4,
      timeoutMs: 600_000,
    },
  );
  if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trimEnd().split("\n");
}

/** What swebench says of each case. */
export async function answersOf(cases: readonly Case[]): Promise<Answer[]> {
  const lines = await ask(
    "oracle.py",
    cases.map((each) => JSON.stringify(each)),
  );
  return lines.map((line) => JSON.parse(line));
}
