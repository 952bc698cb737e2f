import { TaoceptionError } from "../../platform/index.ts";
import type { Layer } from "../work.ts";

/**
 * Three accounts of the run must agree: what was reported test by test, what pytest said at its end, and the exit
 * code from wait. A run that claims success without its end, or whose reports contradict themselves, was tampered
 * with; one that crashed is a failure. As some canaries fail, an honest end is pytest's 1 and never 0.
 */
export const agree: Layer = {
  name: "agree",
  check({ run }) {
    if (!run) throw new TaoceptionError("no-run", "there is no run to look at");
    const { complete, exitCode, pytestExit, signal } = run;
    if (complete && exitCode === 1) return null;
    if (exitCode === 0) return { verdict: "tampered", reason: "ended in success before the tests were over" };
    if (!complete && pytestExit !== null && pytestExit === exitCode)
      return { verdict: "tampered", reason: "its results contradict each other" };
    const how = signal ? `by ${signal}` : `with exit code ${exitCode}`;
    return { verdict: "unresolved", reason: `the run ended ${how}: ${lastLine(run.stderr || run.stdout)}` };
  },
};

function lastLine(text: string): string {
  return (text.trimEnd().split("\n").at(-1) ?? "").slice(-300);
}
