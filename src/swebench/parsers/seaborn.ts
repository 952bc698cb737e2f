import { words } from "../pythonText.ts";
import type { LogParser, Statuses } from "./statuses.ts";

/** `parse_log_seaborn`: `FAILED id`, `PASSED id` and `id PASSED …`; other statuses are not seen. */
export const seaborn: LogParser = (log) => {
  const statuses: Statuses = new Map();
  for (const line of log.split("\n")) {
    const [first, second] = words(line);
    if (first === undefined || second === undefined) continue;
    if (line.startsWith("FAILED")) statuses.set(second, "FAILED");
    else if (line.includes(" PASSED ")) {
      if (second === "PASSED") statuses.set(first, "PASSED");
    } else if (line.startsWith("PASSED")) statuses.set(second, "PASSED");
  }
  return statuses;
};
