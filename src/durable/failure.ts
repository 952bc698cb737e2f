import { TaoceptionError } from "../platform/index.ts";

/** An error as it was thrown; one that was stored has lost its class, and gets it back. */
export function failureOf(error: unknown): unknown {
  if (error instanceof TaoceptionError || !(error instanceof Error) || error.name !== "TaoceptionError")
    return error;
  const { code, mend, retryable } = error as { code?: unknown; mend?: unknown; retryable?: unknown };
  return new TaoceptionError(typeof code === "string" ? code : "step-failed", error.message, {
    cause: error.cause,
    ...(typeof mend === "string" && { mend }),
    retryable: retryable === true,
  });
}
