import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";

/** The person's own mistake: printed as one clear line a problem, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The machine lacks something: one clear line, exit code 2. */
export class MachineError extends Error {
  override readonly name = "MachineError";
}

/** Parse what flags and environment gave; every problem is reported, each with the flag it came from. */
export function configure<T>(schema: z.ZodType<T>, given: Record<string, unknown>): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new UsageError(
    result.error.issues.map(({ path, message }) => {
      const flag =
        path.length === 0
          ? ""
          : `--${path.join(".").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: `;
      return `${flag}${message}`;
    }),
  );
}

/** A whole number given as text, within bounds. */
export function whole(least: number, most: number) {
  return z
    .union([z.string(), z.number()])
    .transform((value) =>
      typeof value === "string" && !/^\d+$/.test(value.trim()) ? Number.NaN : Number(value),
    )
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `give a whole number from ${least} to ${most}`,
    );
}

/** Exit codes: 0 done, 1 failed, 2 the call or the machine is not right (wrong flag, missing tool). */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (error instanceof UsageError || error instanceof MachineError) return 2;
  return error instanceof TaoceptionError &&
    ["no-sandbox", "missing-program", "missing-tool", "home-in-use"].includes(error.code)
    ? 2
    : 1;
}
