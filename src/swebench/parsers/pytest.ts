import { words } from "../pythonText.ts";
import { beginsWithStatus, isSkipSummary, type LogParser, type Statuses } from "./statuses.ts";

/** `parse_log_pytest`: lines `STATUS id …` of pytest's short summary; the last line about a test counts. */
export const pytest: LogParser = (log) => summary(log, (line) => line, same);

/** `parse_log_matplotlib`: pytest, where an id may hold a mouse button by name or by number. */
export const matplotlib: LogParser = (log) =>
  summary(log, (line) => line.replaceAll("MouseButton.LEFT", "1").replaceAll("MouseButton.RIGHT", "3"), same);

/** `parse_log_pytest_options`: pytest, where an option that is a path counts by its last part. */
export const pytestOptions: LogParser = (log) => summary(log, (line) => line, withShortOption);

function summary(log: string, seen: (line: string) => string, named: (id: string) => string): Statuses {
  const statuses: Statuses = new Map();
  for (const raw of log.split("\n")) {
    const line = seen(raw);
    if (!beginsWithStatus(line)) continue;
    const [status = "", id] = words(line.startsWith("FAILED") ? line.replaceAll(" - ", " ") : line);
    if (id === undefined || isSkipSummary(status, id)) continue;
    statuses.set(named(id), status);
  }
  return statuses;
}

const same = (id: string) => id;

/** What stands after the last bracket is dropped, as swebench drops it. */
function withShortOption(id: string): string {
  const [open, close] = [id.indexOf("["), id.lastIndexOf("]")];
  if (open < 0 || close < open) return id;
  const option = id.slice(open + 1, close);
  const isPath = option.startsWith("/") && !option.startsWith("//") && !option.includes("*");
  return `${id.slice(0, open)}[${isPath ? option.slice(option.lastIndexOf("/")) : option}]`;
}
