import type { Model } from "../../llm/index.ts";
import { explain } from "../../platform/index.ts";
import type { Agent, Problem, TrajectoryStep } from "../agent.ts";
import { patchOf } from "../patchOf.ts";
import { loop } from "./loop.ts";
import { openShell } from "./openShell.ts";
import type { Shell } from "./shell.ts";

const usual = { steps: 40, tokens: 400_000, commandSeconds: 30 };

/** An agent that lets a language model work in a shell; its patch is what the model left changed in the tree. */
export function bash(model: Model): Agent {
  return {
    name: `bash ${model.id}`.slice(0, 100),
    async solve(problem, workspace, budget, { sandbox, logger, signal }) {
      const trajectory: TrajectoryStep[] = [];
      const onStep = (step: TrajectoryStep) => void trajectory.push(step);
      const limits = { ...usual, steps: budget.steps ?? usual.steps, tokens: budget.tokens ?? usual.tokens };
      // looked at after each command, so that a signal in the middle of one costs that command alone
      let changes: Awaited<ReturnType<Shell["changes"]>> = {};
      try {
        await using shell = await openShell(workspace, problem.context.sourceRoots, { sandbox, signal });
        const watched: Shell = {
          ...shell,
          run: async (command, seconds) => {
            const ran = await shell.run(command, seconds);
            changes = await shell.changes();
            return ran;
          },
        };
        await loop(reportOf(problem), limits, { model, shell: watched, signal, onStep });
      } catch (error) {
        if (!signal.aborted) throw error;
        logger.debug({ error: explain(error) }, "the shell was cut off");
      }
      const patch = await patchOf(changes, workspace.treeFolder, problem.context);
      if (patch !== "") return { status: "patch", patch, trajectory };
      const last = trajectory.at(-1);
      const why =
        last?.kind === "ended" ? [last.why, last.detail].filter(Boolean).join(": ") : "the time was over";
      return { status: "abstained", reason: `nothing was changed (${why})`.slice(0, 500), trajectory };
    },
  };
}

function reportOf({ statement, context: { package: project, sourceRoots, testPaths } }: Problem): string {
  const roots = sourceRoots.map((root) => root || ".").join(", ");
  return [
    `The project is ${project.name} ${project.version}. Its code is under ${roots}${
      testPaths.length > 0 ? `, its tests in ${testPaths.slice(0, 20).join(", ")}` : ""
    }.`,
    statement,
  ].join("\n\n");
}
