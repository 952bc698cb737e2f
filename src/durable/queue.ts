import { DBOS } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import type { Logger } from "../platform/index.ts";
import { isGone } from "./lease.ts";

/** One queue of the database, and what this process does with it: puts work in, takes it out, or both. */
export interface QueueOptions {
  name: string;
  role: "asks" | "works" | "both";
  /** How many at a time each process takes; told by who asks. */
  atOnce?: number;
}

/** What was taken from a process that is gone. */
export interface Adopted {
  id: string;
  executor: string;
  /** Given up, because so many processes died of it: its result is an error. */
  givenUp: boolean;
}

/** How many processes may die of one piece of work. */
const DEATHS = 3;
/** How often a process looks for work, in milliseconds. */
const POLL_MS = 100;

/** Make the queue known to all who work it. */
export async function openQueue({ name, atOnce = 1 }: QueueOptions): Promise<void> {
  const parameters = { workerConcurrency: atOnce, minPollingIntervalMs: POLL_MS };
  await DBOS.registerQueue(name, { ...parameters, onConflict: "always_update" });
}

/**
 * Looks for work whose process is gone, and puts it into the queue again. Gone = twice in a row nobody held the
 * executor's name: a session that broke is made anew in between.
 */
export function openAdoption(
  queue: string,
  { executorId, pool, logger }: { executorId: string; pool: pg.Pool; logger: Logger },
): () => Promise<Adopted[]> {
  let suspects = new Set<string>();
  const deaths = new Map<string, number>();
  return async () => {
    const running = await DBOS.listWorkflows({
      status: "PENDING",
      queueName: queue,
      loadInput: false,
      loadOutput: false,
    });
    const others = running.filter((each) => each.executorId !== undefined && each.executorId !== executorId);
    const gone = new Set<string>();
    for (const name of new Set(others.map((each) => each.executorId ?? "")))
      if (await isGone(name, pool)) gone.add(name);
    const sure = new Set([...gone].filter((name) => suspects.has(name)));
    suspects = gone;
    const adopted: Adopted[] = [];
    for (const { workflowID: id, executorId: executor = "" } of others) {
      if (!sure.has(executor)) continue;
      const times = (deaths.get(id) ?? 0) + 1;
      deaths.set(id, times);
      const givenUp = times >= DEATHS;
      if (givenUp) await DBOS.cancelWorkflow(id);
      else await DBOS.resumeWorkflow(id, { queueName: queue });
      logger.debug(
        `${id} of ${executor}, which is gone, ${givenUp ? "is given up" : "is in the queue again"}`,
      );
      adopted.push({ id, executor, givenUp });
    }
    return adopted;
  };
}
