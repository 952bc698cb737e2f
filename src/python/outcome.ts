import type { Finished, Limits } from "../sandbox/index.ts";

export type Outcome = "passed" | "failed" | "error" | "skipped" | "xfailed" | "xpassed";

/** One run of chosen tests at one state of the tree. */
export interface TestRun {
  /** Test id to outcome; an id that never reported is absent. */
  outcomes: Record<string, Outcome>;
  /** Test id to "Type: message", at most 300 characters, for what failed or errored. */
  failures: Record<string, string>;
  /** Test id to milliseconds, set-up and tear-down included. */
  durations: Record<string, number>;
  /** Test id to the parts of the test runner that somebody had replaced when it was over; seldom honest. */
  replaced: Record<string, string[]>;
  /** pytest's own exit status as the runner reported it; null when the runner never came to its end. */
  pytestExit: number | null;
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  exceeded: Finished["exceeded"];
  /** True when the runner itself reported its end and nothing came after or beside it. */
  complete: boolean;
  stdout: string;
  stderr: string;
  elapsedMs: number;
}

/** Files laid over the tree: path to bytes, null for deleted. */
export type Changes = Readonly<Record<string, Uint8Array | null>>;

/** A warm template of one project: every call is a fresh fork with its own copy of the tree. */
export interface Tester {
  run(
    job: { changes: Changes; tests: readonly string[]; extraFiles?: Changes; limits?: Partial<Limits> },
    options?: { signal?: AbortSignal },
  ): Promise<TestRun>;
  /** Run a stand-alone Python script with the tree as working folder and its source roots on the path. */
  script(
    job: { changes: Changes; script: string; limits?: Partial<Limits> },
    options?: { signal?: AbortSignal },
  ): Promise<Finished>;
  [Symbol.asyncDispose](): Promise<void>;
}
