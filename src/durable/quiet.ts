import { explain, type Logger } from "../platform/index.ts";

/** DBOS tells its own life at `info`, and that work goes on later as a warning when it closes; to us that is detail. */
export function quiet(logger: Logger, closing: AbortSignal) {
  return {
    debug: (entry: unknown) => logger.debug(String(entry)),
    info: (entry: unknown) => logger.debug(String(entry)),
    warn: (entry: unknown) => logger[closing.aborted ? "debug" : "warn"](String(entry)),
    error: (entry: unknown) => logger.error(entry instanceof Error ? explain(entry) : String(entry)),
  };
}
