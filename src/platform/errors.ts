/**
 * Our own failure: something that Taoception or its surroundings could not do. A candidate's failure is
 * never one of these; it is data. `code` is for machines, the message says what happened and why, `mend`
 * what to do about it.
 */
export class TaoceptionError extends Error {
  override readonly name = "TaoceptionError";
  readonly code: string;
  readonly mend: string | undefined;
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; mend?: string; retryable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.mend = options.mend;
    this.retryable = options.retryable ?? false;
  }
}

/** An error and its causes in one line, outermost first. */
export function explain(error: unknown): string {
  if (error instanceof SuppressedError)
    return `${explain(error.suppressed)}; and then: ${explain(error.error)}`;
  const lines: string[] = [];
  for (
    let at: unknown = error;
    at !== undefined && at !== null && lines.length < 8;
    at = (at as { cause?: unknown }).cause
  ) {
    lines.push(at instanceof Error ? at.message : String(at));
    if (at instanceof TaoceptionError && at.mend) lines.push(at.mend);
  }
  return lines.join(": ");
}
