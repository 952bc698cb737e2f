import { END, EXIT_CODE } from "./markers.ts";
import { strip } from "./pythonText.ts";

const HEAD = ["#!/bin/bash", "set -uxo pipefail"];
const VARIABLE = "SWEBENCH_TEST_EXIT_CODE";

/**
 * The `eval.sh` that swebench 5.0.2 makes of a row's `eval_script`: its own two head lines once, and where an end
 * marker stands, the test command's exit status kept before it and told after it.
 */
export function evalScript(script: string): string {
  const lines = strip(script)
    .split("\n")
    .filter((line) => !HEAD.includes(line));
  const at = lines.findIndex((line) => line.includes(END));
  if (at >= 0) {
    lines.splice(at + 1, 0, `echo "${EXIT_CODE}: $${VARIABLE}"`);
    lines.splice(at, 0, `${VARIABLE}=$?`);
  }
  return `${[...HEAD, ...lines].join("\n")}\n`;
}
