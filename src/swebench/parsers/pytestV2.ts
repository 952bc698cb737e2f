import { before, DIGIT, words } from "../pythonText.ts";
import { beginsWithStatus, isSkipSummary, type LogParser, STATUSES, type Statuses } from "./statuses.ts";

const COLOUR = new RegExp(`\\[${DIGIT}+m`, "gu");
/** All control characters of ASCII but NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\x01-\x1f]/g;

/**
 * `parse_log_pytest_v2`: colours and control characters are taken out, ids may hold spaces, and the status may
 * stand before the id or, as older pytest writes it, at the line's end.
 */
export const pytestV2: LogParser = (log) => {
  const statuses: Statuses = new Map();
  for (const raw of log.split("\n")) {
    const line = raw.replace(COLOUR, "").replace(CONTROLS, "");
    if (beginsWithStatus(line)) {
      const [status = "", ...id] = words(line.startsWith("FAILED") ? before(line, " - ") : line);
      if (id[0] !== undefined && !isSkipSummary(status, id[0])) statuses.set(id.join(" "), status);
    } else if (STATUSES.some((status) => line.endsWith(status))) {
      const id = words(line);
      const status = id.pop() ?? "";
      if (id.length > 0) statuses.set(id.join(" "), status);
    }
  }
  return statuses;
};
