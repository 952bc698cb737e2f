import { DBOS } from "@dbos-inc/dbos-sdk";
import { type Clock, retry, TaoceptionError } from "../platform/index.ts";
import { failureOf } from "./failure.ts";

/**
 * What a workflow is given. Between two of these calls a workflow must be a pure function of its input and of
 * their results, since after a crash it runs again from its beginning with the stored results.
 */
export interface Durably {
  /**
   * Run `run(...input)` and store what it gives (JSON; hashes rather than things). At least once: see README.
   * A retryable TaoceptionError is tried again with growing pauses; any other fails the workflow.
   */
  step<In extends unknown[], Out>(
    name: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ): Promise<Out>;
  /** One step for each item, at most `concurrency` at a time (else as the process was told); outputs in the order of the items. */
  each<In, Out>(
    name: string,
    run: (item: In) => Promise<Out>,
    items: readonly In[],
    options?: { concurrency?: number },
  ): Promise<Out[]>;
  /** Wait for a moment in Unix milliseconds that comes from recorded things; past ones do not wait. */
  until(moment: number): Promise<void>;
  /** The time of the first run, in Unix milliseconds, stored. */
  now(): Promise<number>;
}

export interface StepRules {
  clock: Clock;
  tries: { times: number; firstMs: number };
  /** Aborts when the process is about to end: nothing more is begun, and what fails then has not failed. */
  closing: AbortSignal;
  /** Aborts when nothing can be stored any more. */
  closed: AbortSignal;
  /** What runs now, so that closing can wait for it. */
  running: Set<Promise<unknown>>;
  /** How many steps of `each` run at a time, where it is not said. */
  atOnce: number;
}

/** setTimeout's longest. */
const LONGEST_MS = 2_000_000_000;

export function openSteps({ clock, tries, closing, closed, running, atOnce }: StepRules): Durably {
  /**
   * A workflow that is cut off by closing stays here for ever; the next start takes it up again. Were it to
   * throw, the failure would be stored as its own.
   */
  const parked = () => new Promise<never>(() => {});

  async function step<In extends unknown[], Out>(
    name: string,
    run: (...input: In) => Promise<Out>,
    ...input: In
  ): Promise<Out> {
    if (closing.aborted) return parked();
    let left = () => {};
    const busy = new Promise<void>((done) => {
      left = done;
    });
    running.add(busy);
    try {
      return await DBOS.runStep(
        async () => {
          try {
            const output = await retry(() => run(...input), { ...tries, clock, signal: closing });
            return closed.aborted ? await parked() : output;
          } catch (error) {
            if (!closing.aborted) throw error;
            left();
            return parked();
          }
        },
        { name },
      );
    } catch (error) {
      if (closing.aborted) {
        left();
        return await parked();
      }
      throw failureOf(error);
    } finally {
      left();
      running.delete(busy);
    }
  }

  async function each<In, Out>(
    name: string,
    run: (item: In) => Promise<Out>,
    items: readonly In[],
    { concurrency = atOnce }: { concurrency?: number } = {},
  ): Promise<Out[]> {
    if (!(Number.isInteger(concurrency) && concurrency > 0))
      throw new TaoceptionError("bad-concurrency", `${concurrency} is no number of steps at a time`);
    const outputs = new Array<Out>(items.length);
    const failures: { index: number; error: unknown }[] = [];
    let next = 0;
    // Steps are numbered when they begin, and they begin in the order of the items: replay finds them again.
    const lane = async () => {
      while (next < items.length && failures.length === 0) {
        const index = next;
        next += 1;
        try {
          outputs[index] = await step(`${name} ${index}`, run, items[index] as In);
        } catch (error) {
          failures.push({ index, error });
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
    const [first] = failures.sort((a, b) => a.index - b.index);
    if (first) throw first.error;
    return outputs;
  }

  return {
    step,
    each,
    async until(moment) {
      while (clock.now() < moment) {
        await clock.sleep(Math.min(moment - clock.now(), LONGEST_MS), closing).catch((error: unknown) => {
          if (!closing.aborted) throw error;
        });
        if (closing.aborted) return parked();
      }
    },
    now: () => step("now", async () => clock.now()),
  };
}
