import type { Agent, Budget, Solution } from "../agents/index.ts";
import { type Clock, explain, type Logger, retry } from "../platform/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { Job } from "./jobs.ts";
import type { Wire } from "./wire.ts";
import { openWorkspace } from "./workspace.ts";

/** The environment layer of a lock: made on first use, shared by all tasks with that lock. */
export type LayerOf = (lock: string, signal: AbortSignal) => Promise<{ folder: string }>;

/** What a miner brings to a job. */
export interface Workbench {
  agent: Agent;
  budget: Budget;
  layerOf: LayerOf;
  sandbox: Sandbox;
  /** Where trees are laid out. */
  folder: string;
}

/**
 * Fetch the job's tree, make its layer, let the agent work until the signal. Always an answer: what this miner
 * could not do is an abstention with its reason.
 */
export async function solve(
  job: Job,
  { agent, budget, layerOf, sandbox, folder }: Workbench,
  {
    fetchTree,
    clock,
    logger,
    signal,
  }: { fetchTree: Wire["fetchTree"]; clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<Solution> {
  const { task, statement, context, difficulty, tree, environment } = job.challenge;
  try {
    const packed = await retry(() => fetchTree(job, signal), { times: 5, firstMs: 250, clock, signal });
    await using workspace = await openWorkspace(tree, packed, folder);
    const layer = await layerOf(environment.lock, signal);
    signal.throwIfAborted();
    return await agent.solve(
      { statement, context, difficulty },
      { treeFolder: workspace.folder, environment: layer, metadata: null },
      budget,
      { sandbox, logger, signal },
    );
  } catch (error) {
    const reason = signal.aborted ? "the time was over before the work could begin" : explain(error);
    if (!signal.aborted) logger.warn({ task, error: reason }, "a job failed");
    return { status: "abstained", reason: reason.slice(0, 500), trajectory: [] };
  }
}
