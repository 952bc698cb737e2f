/** Where things of a run lie, as swebench 5.0.2 lays them out. */

/** What an instance's folder holds. */
export const FILES = {
  report: "report.json",
  log: "test_output.txt",
  story: "run_instance.log",
  patch: "patch.diff",
  script: "eval.sh",
} as const;

/** Whether a name from outside may be a folder or file of its own: one part of a path, and no other place. */
export function isFolderName(name: string): boolean {
  return (
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    !name.includes("/") &&
    !name.includes("\0") &&
    name.isWellFormed() &&
    Buffer.byteLength(name) <= 200
  );
}

/** A model's name as part of a path. */
export function modelPart(model: string): string {
  return model.replaceAll("/", "__");
}

/** Path of an instance's folder beneath the folder that a run was started in. */
export function instanceFolder(runId: string, model: string, id: string): string {
  return ["logs", "run_evaluation", runId, modelPart(model), id].join("/");
}

/** Name of a run's report. */
export function runReportName(model: string, runId: string): string {
  return `${modelPart(model)}.${runId}.json`;
}
