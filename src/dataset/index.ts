export { writeJsonl } from "./jsonl.ts";
export { attemptRow, taskRow, verdictRow } from "./rows.ts";
