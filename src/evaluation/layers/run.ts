import type { Layer } from "../work.ts";

/** FAIL_TO_PASS and PASS_TO_PASS, and the canaries behind them, in a fresh fork. Tests come from the release. */
export const run: Layer = {
  name: "run",
  async check(work, { tester, signal }) {
    const { task, canaries, changes } = work;
    const asked = [...new Set([...task.failToPass, ...task.passToPass])];
    work.run = await tester.run(
      { changes, tests: [...asked, ...Object.keys(canaries.expected)], extraFiles: canaries.files },
      signal ? { signal } : {},
    );
    const { outcomes } = work.run;
    const group = (ids: readonly string[], good: readonly string[]) => ({
      success: ids.filter((id) => good.includes(outcomes[id] ?? "missing")),
      failure: ids.filter((id) => !good.includes(outcomes[id] ?? "missing")),
    });
    work.failToPass = group(task.failToPass, ["passed", "xfailed"]);
    work.passToPass = group(task.passToPass, ["passed", "xfailed", "skipped"]);
    return null;
  },
};
