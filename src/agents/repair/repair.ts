import { openScout } from "../../python/index.ts";
import type { Agent, TrajectoryStep } from "../agent.ts";
import { difference } from "./difference.ts";
import { type Change, findChange } from "./solve.ts";
import { readStatement } from "./statement.ts";

/**
 * Repair without a model: the statement's code becomes checks that fail on the tree; the lines that they execute
 * and passing tests do not are suspected; templates change them; the scout tries each change against the checks
 * first and the tests around it next; of those that survive, the likeliest is the answer.
 */
export const repair: Agent = {
  name: "repair",
  async solve(problem, workspace, budget, { sandbox, logger, signal }) {
    const trajectory: TrajectoryStep[] = [];
    const onStep = (step: TrajectoryStep) => void trajectory.push(step);
    const reading = readStatement(problem.statement);
    onStep({ kind: "statement", checks: reading.checks, mentioned: [...reading.mentioned] });
    if (reading.checks.length === 0)
      return { status: "abstained", reason: "the statement holds nothing that could be run", trajectory };
    let change: Change | string = "it was told to end before it began";
    try {
      await using scout = await openScout({ ...workspace, context: problem.context }, { sandbox, signal });
      change = await findChange(problem, workspace, reading, budget.candidates, { scout, signal, onStep });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (typeof change === "string") {
      logger.debug({ reason: change }, "repair abstains");
      return { status: "abstained", reason: change, trajectory };
    }
    const { path, before, after } = change;
    return { status: "patch", patch: difference(path, before, after), trajectory };
  },
};
