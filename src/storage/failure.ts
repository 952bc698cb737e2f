import { TaoceptionError } from "../platform/index.ts";

/** SQLSTATE classes and codes after which the same request may well succeed: connection, resources, shutdown, locks. */
const PASSING = /^(08|53|57P0|58)|^(40001|40P01|55P03|57014|25P03)$/;
const PASSING_SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "EAGAIN",
  "EMFILE",
]);
const PASSING_TEXT =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|connection ended|client was closed/i;

/** Any failure of the database as a TaoceptionError: `storage-unavailable` (may be tried again) or `storage-failed`. */
function storageFailure(error: unknown, doing: string): TaoceptionError {
  if (error instanceof TaoceptionError) return error;
  const cause = innermost(error);
  const { code, message } = cause;
  if (passing(cause))
    return new TaoceptionError(
      "storage-unavailable",
      `${doing}: the database is not available (${message})`,
      {
        cause: error,
        retryable: true,
        ...(code === "53100" && { mend: "the disk is full: make room" }),
      },
    );
  return new TaoceptionError("storage-failed", `${doing}: ${message}`, { cause: error });
}

function passing({ code, message }: { code: string; message: string }): boolean {
  return PASSING.test(code) || PASSING_SYSTEM.has(code) || PASSING_TEXT.test(message);
}

/** Drizzle wraps the driver's errors, and Node several addresses' errors in one. */
function innermost(error: unknown): { code: string; message: string } {
  let at: unknown = error;
  for (let depth = 0; depth < 8; depth += 1) {
    const inner: unknown =
      at instanceof AggregateError ? at.errors[0] : at instanceof Error ? at.cause : undefined;
    if (!(inner instanceof Error)) break;
    at = inner;
  }
  const code = (at as { code?: unknown } | null)?.code;
  return {
    code: typeof code === "string" ? code : "",
    message: at instanceof Error ? at.message : String(at),
  };
}

/** Run `work`; whatever fails in it comes out as `storageFailure`. */
export async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailure(error, doing);
  }
}
