import { explain, TaoceptionError } from "../platform/index.ts";

/** The person's own mistake: printed as one clear line a problem, exit code 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The machine lacks something: one clear line each, exit code 2. */
export class MachineError extends UsageError {
  override readonly name = "MachineError";
}

/** Codes of errors that the person mends, by another call or on the machine. */
const FOR_THE_PERSON: ReadonlySet<string> = new Set([
  ...["no-sandbox", "no-python", "missing-program", "missing-tool", "bad-index", "bad-folder", "bad-file"],
  ...["no-postgres", "postgres-in-use", "home-in-use", "cannot-listen"],
  ...[
    "bad-keyfile",
    "no-key",
    "key-exists",
    "no-password",
    "wrong-password",
    "bad-wallet-name",
    "not-registered",
    "chain-unreachable",
    "other-genesis",
    "bad-network",
    "no-subnet",
    "other-beacon",
  ],
  ...["no-queue", "bad-sandbox", "no-engine", "no-image", "bad-image"],
]);

/** The exit code of a run in which everything works, but no package gives a task. */
export const GAVE_UP = 3;

/**
 * Exit codes: 0 done, 1 failed, 2 the call or the machine is not right (wrong flag, missing tool), and
 * GAVE_UP.
 */
export function exitCodeOf(error: unknown): 1 | 2 | typeof GAVE_UP {
  if (error instanceof UsageError) return 2;
  if (!(error instanceof TaoceptionError)) return 1;
  if (error.code === "barren" || error.code === "program-gave-up") return GAVE_UP;
  // a program of the subnet that could not start has told its own exit code
  const failed = error.code === "failed-start" && /\(exit code 2\b/.test(error.message);
  return failed || FOR_THE_PERSON.has(error.code) ? 2 : 1;
}

/** What to print of an error: a line a problem, in the order in which they are to be read. */
export function linesOf(error: unknown): string[] {
  if (error instanceof UsageError) return [...error.problems];
  if (error instanceof SuppressedError) return [...linesOf(error.suppressed), ...linesOf(error.error)];
  return [line(error)];
}

/** An error with its causes, those left out that it names itself, and then what mends it. */
function line(error: unknown): string {
  const told: string[] = [];
  const mends: string[] = [];
  let at: unknown = error;
  for (let depth = 0; at !== undefined && at !== null && depth < 8; depth += 1) {
    const text = at instanceof Error ? at.message || at.name : String(at);
    if (!told.some((before) => before.includes(text))) told.push(text);
    if (at instanceof TaoceptionError && at.mend) mends.push(at.mend);
    at = (at as { cause?: unknown }).cause;
  }
  const what = told.length === 0 ? explain(error) : told.join(": ");
  return [what, ...mends.slice(0, 1)].join(" — ").replace(/\s*\n\s*/g, " | ");
}
