import { fileURLToPath } from "node:url";
import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";
import type { Context } from "../protocol/index.ts";
import type { Limits, Mount, Sandbox, Session } from "../sandbox/index.ts";
import type { Changes } from "./outcome.ts";

/**
 * Something a tree can be held against, beside its tests. `script`: runs to its end without an exception.
 * `output`: the same and prints the expected words. `doctest`: every `>>>` example gives what follows it.
 * `docstring`: the examples in one function's docstring; `name` may be dotted (`Class.method`).
 */
export type Check =
  | { kind: "script"; source: string }
  | { kind: "output"; source: string; expected: string }
  | { kind: "doctest"; source: string }
  | { kind: "docstring"; module: string; name: string };

const Lines = z.record(z.string(), z.array(z.number().int()));
const CheckResult = z.object({
  outcome: z.enum(["passed", "failed", "timeout"]),
  /** The exception's type, or why there was none: SyntaxError, Output, Doctest, Empty, Import, Timeout, Died. */
  type: z.string(),
  message: z.string(),
  /** Line of the check that failed; for doctests the number of examples that passed. */
  line: z.number(),
  /** The project's frames, outermost first. */
  frames: z.array(z.object({ file: z.string(), line: z.number(), name: z.string() })),
  lines: Lines.optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

const TestResult = z.object({
  outcome: z.enum(["passed", "failed", "error", "skipped", "timeout", "died"]),
  message: z.string(),
  /** Set-up and tear-down included. */
  ms: z.number(),
  lines: Lines.optional(),
});
export type TestResult = z.infer<typeof TestResult>;

const Opened = z.object({ python: z.string(), pytest: z.boolean() });
const Collected = z.object({ tests: z.array(z.string()), errors: z.array(z.string()) });
const Covered = z.object({ checks: z.array(CheckResult), tests: z.record(z.string(), TestResult) });
const Ran = z.union([
  z.object({ invalid: z.string() }),
  Covered.extend({ path: z.enum(["fast", "slow"]), why: z.string() }),
]);

/** How a changed tree did. `path` tells whether code was swapped (fast) or everything imported afresh (slow). */
export type Trial =
  | { invalid: string }
  | {
      checks: CheckResult[];
      tests: Record<string, TestResult>;
      path: "fast" | "slow";
      why: string;
    };

/** Seconds that one check, one test, and all tests of one request may take; `cpu` of processor time for a check. */
export interface Patience {
  check: number;
  cpu: number;
  test: number;
  tests: number;
}

const patience: Patience = { check: 5, cpu: 5, test: 5, tests: 20 };

/** Spans of lines, first and last, by path. */
export type Spans = Readonly<Record<string, readonly (readonly [number, number])[]>>;

export interface Scout {
  /**
   * Collect the tests of some files, at most `seconds` long: files begun later are left out. Resolves to their ids.
   * Only tests that were collected last can be run quickly.
   */
  collect(
    files: readonly string[],
    options?: { seconds?: number; signal?: AbortSignal },
  ): Promise<readonly string[]>;
  /** Name the checks that later calls mean by their index, and warm up what they import. Replaces earlier ones. */
  learn(checks: readonly Check[], signal?: AbortSignal): Promise<void>;
  /**
   * Run checks and tests on the tree as it is; `lines` then holds executed lines, of the tests only in functions
   * that begin in one of the spans [first line, last line] of `only`.
   */
  cover(
    job: { checks: readonly number[]; tests: readonly string[]; only: Spans },
    options?: { patience?: Partial<Patience>; signal?: AbortSignal },
  ): Promise<{ checks: CheckResult[]; tests: Record<string, TestResult> }>;
  /**
   * Run checks at a changed tree and, when all of them pass, tests. `stop` ends at the first that does not pass.
   * `fresh` never swaps code: everything is imported and collected again.
   */
  run(
    job: {
      changes: Changes;
      checks: readonly number[];
      tests: readonly string[];
      stop?: boolean;
      fresh?: boolean;
    },
    options?: { patience?: Partial<Patience>; signal?: AbortSignal },
  ): Promise<Trial>;
  [Symbol.asyncDispose](): Promise<void>;
}

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 120_000,
  cpuSeconds: 3600,
  memoryBytes: 1536 * megabyte,
  processes: 64,
  outputBytes: megabyte,
  diskBytes: 128 * megabyte,
};
const programs = [
  "scout.py",
  "scout_check.py",
  "scout_fork.py",
  "scout_pytest.py",
  "scout_swap.py",
  "scout_trace.py",
];

/**
 * Open a warm session on one tree, in a sandbox of its own, without network and with the tree read-only. Nothing of
 * the project is imported before it is needed, and no test is collected before `collect`. It runs
 * candidates quickly and in no clean room, so it may propose and never decides. A candidate that takes the session
 * down has failed, and a new session is opened for the next one.
 */
export async function openScout(
  workspace: {
    treeFolder: string;
    context: Context;
    /** Host folder of the environment layer, with pytest. */
    environment: { folder: string };
    metadata: string | null;
  },
  { sandbox, signal }: { sandbox: Pick<Sandbox, "interpreter" | "openSession">; signal?: AbortSignal },
): Promise<Scout> {
  const { treeFolder, context, environment, metadata } = workspace;
  const mounts: Mount[] = [
    { from: treeFolder, at: "/work" },
    { from: environment.folder, at: "/layer" },
    ...(metadata === null ? [] : [{ from: metadata, at: "/metadata" }]),
    ...programs.map((name) => ({
      from: fileURLToPath(new URL(`inside/${name}`, import.meta.url)),
      at: `/scout/${name}`,
    })),
  ];
  const times = (wanted: Partial<Patience> = {}) => {
    const { check, cpu, test, tests } = { ...patience, ...wanted };
    return { checkSeconds: check, checkCpu: cpu, testSeconds: test, testsSeconds: tests };
  };
  let checks: readonly Check[] = [];
  let collecting: object | null = null;

  async function start(each: AbortSignal | undefined) {
    const session: Session = await sandbox.openSession(
      {
        argv: [sandbox.interpreter, "-s", "/scout/scout.py"],
        cwd: "/work",
        env: { PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1", PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1" },
        mounts,
        limits,
      },
      signal ? { signal } : {},
    );
    try {
      const message = {
        op: "open",
        pythonPath: ["/layer", ...(metadata === null ? [] : ["/metadata"])],
        sourceRoots: context.sourceRoots,
        testPaths: context.testPaths,
        pytestArguments: context.pytestArguments,
        memory: 768 * megabyte,
      };
      const until = each ? { signal: each } : {};
      Opened.parse(await session.ask(message, until));
      if (checks.length > 0) await session.ask({ op: "checks", checks, ...times() }, until);
      if (collecting) await session.ask(collecting, until);
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  let current = await start(signal);
  const ask = async <T>(message: object, answer: z.ZodType<T>, each?: AbortSignal): Promise<T> =>
    answer.parse(await current.ask(message, each ? { signal: each } : {}));
  /** After a candidate that took the whole session down: a new one, unless we were told to end. */
  const restart = async (error: unknown, each: AbortSignal | undefined) => {
    if (!(error instanceof TaoceptionError) || error.code !== "session-ended") throw error;
    signal?.throwIfAborted();
    each?.throwIfAborted();
    await current[Symbol.asyncDispose]();
    current = await start(each);
  };
  return {
    async collect(files, { seconds = 5, signal: each } = {}) {
      collecting = { op: "collect", files, collectSeconds: seconds };
      return (await ask(collecting, Collected, each)).tests;
    },
    async learn(learned, each) {
      checks = learned;
      await ask({ op: "checks", checks, ...times() }, z.object({ modules: z.array(z.string()) }), each);
    },
    cover: (job, options = {}) =>
      ask({ op: "cover", ...job, ...times(options.patience) }, Covered, options.signal),
    async run(job, options = {}) {
      const changes = Object.fromEntries(
        Object.entries(job.changes).map(([path, bytes]) => [
          path,
          Buffer.from(bytes ?? []).toString("base64"),
        ]),
      );
      const message = { op: "run", stop: true, fresh: false, ...job, changes, ...times(options.patience) };
      try {
        return await ask(message, Ran, options.signal);
      } catch (error) {
        await restart(error, options.signal);
        return { checks: job.checks.map(() => died), tests: {}, path: "slow", why: "it ended the session" };
      }
    },
    [Symbol.asyncDispose]: () => current[Symbol.asyncDispose](),
  };
}

const died: CheckResult = {
  outcome: "failed",
  type: "Died",
  message: "it ended the session",
  line: 0,
  frames: [],
};
