import { randomBytes } from "node:crypto";
import { type Clock, explain, type Logger } from "../platform/index.ts";
import type { Answer, Hash } from "../protocol/index.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { EndOf } from "./patience.ts";

/** An agent is told to end this long before the deadline, so that its answer is still committed in time. */
const COMMIT_MS = 1_500;
/** How long a job is remembered after its deadline, and how often old ones are looked for. */
const KEPT_MS = 15 * 60_000;
const SWEEP_MS = 60_000;
/** How many shares of the time the job that is being solved counts for, beside one of each that waits. */
const EAGER = 1.5;

/** The two halves of a job. */
export interface Work {
  /** Find an answer by the time that `endOf` tells, or until the signal. */
  solve(job: Job, endOf: EndOf, signal: AbortSignal): Promise<Answer>;
  /** Bring an answer to whoever asked. */
  answer(job: Job & { answer: Answer; salt: Hash }, signal: AbortSignal): Promise<Job["state"]>;
}

function inOrder({ challenge: a }: Job, { challenge: b }: Job): number {
  return Date.parse(a.deadline) - Date.parse(b.deadline) || a.difficulty.logit - b.difficulty.logit;
}

export interface Queue extends AsyncDisposable {
  /** There is a new job in the store. */
  wake(): void;
  /** Resolves once nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

/**
 * Work off the jobs in the store: `atOnce` are solved at a time, the nearest deadline first and of a round
 * the easiest; answers travel beside that. Also what an earlier process of this miner left unfinished. On dispose all work ends where it is, and
 * goes on from the store next time.
 */
export function openQueue(
  { solve, answer }: Work,
  atOnce: number,
  { jobs, clock, logger }: { jobs: Jobs; clock: Clock; logger: Logger },
): Queue {
  const stop = new AbortController();
  const solving = new Set<string>();
  const running = new Map<string, Promise<void>>();
  /** Jobs that could not be written down: left to the next process, so that a full disk is no busy loop. */
  const broken = new Set<string>();
  const idlers = new Set<() => void>();
  let waiting: Job[] = [];
  let turn: Promise<void> = Promise.resolve();
  let swept = 0;

  /** From wherever a job stands to its end. */
  async function run(job: Job): Promise<void> {
    let { answer: found, salt } = job;
    let { state } = job;
    if (found === null || salt === null) {
      found = await solve(job, endOf(job), stop.signal);
      if (stop.signal.aborted) return; // unfinished: solved again by the next process
      // the salt is written down with the answer: after a kill the commitment is the same one
      salt = randomBytes(32).toString("hex");
      state = "solved";
      await jobs.put({ ...job, answer: found, salt, state });
    }
    if (solving.delete(job.challenge.task)) look();
    state = await answer({ ...job, answer: found, salt, state }, stop.signal);
    logger.info({ task: job.challenge.task, answer: found.status, state }, "answered");
  }

  /**
   * Jobs that share a machine share its time: nobody works so long that the others of its round get little. The
   * first may take somewhat more than its share, since most end early and leave theirs; the last takes all there is.
   */
  function endOf(job: Job): EndOf {
    const end = Date.parse(job.challenge.deadline) - COMMIT_MS;
    return (startedAt) => {
      const others = waiting.filter(({ challenge }) => Date.parse(challenge.deadline) <= end + 2 * COMMIT_MS);
      return startedAt + (Math.max(0, end - startedAt) * EAGER) / (others.length + EAGER);
    };
  }

  function begin(job: Job): void {
    const { task } = job.challenge;
    const work = run(job)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        broken.add(task);
        logger.error({ task, error: explain(error) }, "a job broke off");
      })
      .finally(() => {
        solving.delete(task);
        running.delete(task);
        look();
      });
    running.set(task, work);
  }

  async function read(): Promise<void> {
    const now = clock.now();
    if (now - swept > SWEEP_MS) {
      swept = now;
      await jobs.sweep(now, KEPT_MS);
    }
    const unsolved: Job[] = [];
    for (const job of await jobs.list()) {
      const { task, deadline } = job.challenge;
      if (job.state === "revealed" || job.state === "expired" || running.has(task) || broken.has(task))
        continue;
      if (job.answer !== null) begin(job);
      else if (Date.parse(deadline) > now) unsolved.push(job);
      else await jobs.put({ ...job, state: "expired" }); // who slept through the deadline has nothing to say
    }
    waiting = unsolved.sort(inOrder);
    while (solving.size < atOnce) {
      const next = waiting.shift();
      if (!next) break;
      solving.add(next.challenge.task);
      begin(next);
    }
    if (running.size === 0) for (const resolve of idlers) resolve();
  }

  function look(): void {
    turn = turn.then(async () => {
      if (stop.signal.aborted) return;
      await read().catch((error: unknown) =>
        logger.error({ error: explain(error) }, "the store of jobs cannot be read"),
      );
    });
  }

  look();
  return {
    wake: look,
    idle: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      idlers.add(resolve);
      look();
      await promise;
      idlers.delete(resolve);
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("the miner ends"));
      await turn;
      await Promise.all(running.values());
    },
  };
}
