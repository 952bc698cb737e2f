/** Where SWE-smith's images have their Conda environment, when they are its own. */
const CONDA = "/opt/miniconda3/bin/activate";

/**
 * The script of a SWE-smith row, which has none of its own: its tests' files under pytest, as that project's harness
 * runs them, but reported in the way that `parse_log_pytest` reads and between SWE-bench's markers.
 */
export function smithScript(tests: readonly string[]): string {
  const files = [...new Set(tests.map((id) => id.split("::")[0] ?? ""))].filter((file) => file !== "").sort();
  return [
    "#!/bin/bash",
    "set -uxo pipefail",
    `[ -f ${CONDA} ] && set +u && source ${CONDA} testbed && set -u`,
    "cd /testbed",
    ": '>>>>> Start Test Output'",
    `python3 -m pytest --disable-warnings --color=no --tb=no -rA -p no:cacheprovider -- ${files.map(quoted).join(" ")}`,
    ": '>>>>> End Test Output'",
    "",
  ].join("\n");
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
