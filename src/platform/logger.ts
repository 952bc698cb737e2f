import { destination, type Logger as PinoLogger, pino } from "pino";

export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error">;

/** A logger to stderr (stdout belongs to results and events). Levels: debug, info, warn, error, silent. */
export function openLogger(name: string, level = "warn"): Logger {
  return pino({ name, level, base: { name } }, destination({ fd: 2, sync: true }));
}

export const silentLogger: Logger = pino({ level: "silent" });
