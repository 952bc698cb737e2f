import { tellCalls } from "../differential.ts";
import { withoutUnseen } from "../unseen.ts";
import type { Layer } from "../work.ts";

/**
 * Calls that nobody but the task's maker has seen must come out as they do on the gold state. They are made in a fork
 * that knows no expectation and has no hidden test to try a repair with, and held against it outside: no runner to turn, no comparison to cheat.
 */
export const differential: Layer = {
  name: "differential",
  async check({ task, changes }, { tester, signal }) {
    const { hidden } = task;
    const told = await tellCalls(hidden, withoutUnseen(changes, task), { tester, signal });
    const wrong = hidden.filter(({ expected }, at) => told[at] !== expected);
    return wrong.length > 0
      ? {
          verdict: "unresolved",
          reason: `${wrong.length} of ${hidden.length} hidden calls come out otherwise`,
        }
      : null;
  },
};
