import { rate } from "../../cerebro/index.ts";
import { TaoceptionError } from "../../platform/index.ts";
import type { Difficulty, Hash, Task } from "../../protocol/index.ts";
import type { Project } from "../../python/index.ts";
import { modelBefore } from "../cerebro.ts";
import { type Journal, keys } from "../journal.ts";
import { open, PreparedRound } from "./documents.ts";

/** Tasks in a round. */
const TASKS_A_ROUND = 4;

export type MakeTasks = (
  project: Project,
  options: {
    count: number;
    seed: string;
    rate: (task: { generator: string; suspectLines: number }) => Difficulty;
  },
) => Promise<{ tasks: Task[]; rejected: { reason: string }[] }>;

/** Make the round's verified tasks from the prepared package, and record each. */
export async function make(
  prepared: Hash,
  { journal, makeTasks }: { journal: Journal; makeTasks: MakeTasks },
): Promise<Hash> {
  const { round, seed, package: pkg, project } = await open(PreparedRound, prepared, journal);
  if (pkg === null || project === null) return journal.putDocument("made", { round, prepared, tasks: [] });
  const model = await modelBefore(round, journal);
  const { tasks, rejected } = await makeTasks(project, {
    count: TASKS_A_ROUND,
    seed,
    rate: (task) => rate(model, task),
  });
  const records: Hash[] = [];
  for (const task of tasks) {
    const record = await journal.putDocument("task", task);
    const { event } = await journal.append(
      {
        type: "task",
        round,
        task: task.id,
        package: pkg.name,
        generator: task.generator,
        difficulty: task.difficulty,
        failToPass: task.failToPass.length,
        passToPass: task.passToPass.length,
        record,
      },
      { key: keys.task(task.id) },
    );
    if (event.type !== "task" || event.round !== round)
      throw new TaoceptionError("task-twice", `the task ${task.id} was made in another round already`);
    records.push(event.record); // a repeated step finds the first one, made at another time
  }
  if (records.length === 0) {
    const reasons = [...new Set(rejected.map(({ reason }) => reason))].slice(0, 3).join("; ");
    await journal.append(
      {
        type: "package-failed",
        round,
        ...pkg,
        stage: "tasks",
        reason: `no candidate became a task: ${reasons || "no candidates"}`,
        log: null,
      },
      { key: keys.packageFailed(round, pkg.name, pkg.version) },
    );
  }
  return journal.putDocument("made", { round, prepared, tasks: records });
}
