import type { Logger } from "../platform/index.ts";
import type { Answer, Challenge } from "../protocol/index.ts";
import type { Sandbox } from "../sandbox/index.ts";

/** What an agent knows of a task: nothing beyond what travels in a challenge. */
export type Problem = Pick<Challenge, "statement" | "context" | "difficulty">;

/** The base tree laid out in a folder (read-only to the agent) and what its code needs to run. */
export interface Workspace {
  treeFolder: string;
  /** Host folder of the environment layer built from the challenge's lock, with pytest. */
  environment: { folder: string };
  /** Host folder with the project's own dist-info where the tree lacks it. */
  metadata: string | null;
}

/** How much an agent may try. Counted in tries, not in seconds, so that a slow machine finds the same answer. */
export interface Budget {
  /** Candidate patches that may be run. */
  candidates: number;
  /** Model turns and tokens, for agents that ask a model. */
  steps?: number;
  tokens?: number;
}

/** One thing an agent did; JSON all the way down. */
export type TrajectoryStep = { kind: string } & Record<string, unknown>;

/** An answer as a miner may send it, and how it came about. */
export type Solution = Answer & { trajectory: TrajectoryStep[] };

export interface Agent {
  readonly name: string;
  /**
   * Work on one problem. The signal is a hard end: an agent then answers with the best it has, or abstains.
   * Throws only for our own failures.
   */
  solve(
    problem: Problem,
    workspace: Workspace,
    budget: Budget,
    surroundings: { sandbox: Sandbox; logger: Logger; signal: AbortSignal },
  ): Promise<Solution>;
}
