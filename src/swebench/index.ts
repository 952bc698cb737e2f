export { readRows } from "./dataset.ts";
export { evalScript } from "./evalScript.ts";
export { type Expected, type Grade, gradeOfficial } from "./official.ts";
export { checkKnown, goldPredictions, type Prediction, readPredictions } from "./predictions.ts";
export { regrade, type Ungraded, writeRunReport } from "./regrade.ts";
export { type Report, reportText, resolvedIn } from "./report.ts";
export type { BadRow, Row } from "./rows.ts";
export type { Leftovers } from "./runReport.ts";
export { FILES, instanceFolder, isFolderName } from "./tree.ts";
