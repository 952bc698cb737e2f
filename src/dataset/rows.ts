import type { Attempt, Evaluation, Hash, Mode, Score, Task } from "../protocol/index.ts";

/**
 * A task as a SWE-bench row: the twelve classic columns first, under their names and with the two test lists
 * as JSON in a string, then ours. Format: SWE-bench 5 (`repo` … `environment_setup_commit`).
 */
export function taskRow(task: Task, testPatch: string): Record<string, unknown> {
  const { name, version } = task.package;
  return {
    repo: `pypi/${name}`,
    instance_id: task.id,
    base_commit: task.challengeTree,
    patch: task.gold,
    test_patch: testPatch,
    problem_statement: task.statement,
    hints_text: "",
    created_at: task.createdAt,
    version,
    FAIL_TO_PASS: JSON.stringify(task.failToPass),
    PASS_TO_PASS: JSON.stringify(task.passToPass),
    environment_setup_commit: task.environment,
    generator: task.generator,
    reproduction: task.reproduction,
    difficulty: task.difficulty,
    release_tree: task.releaseTree,
    source_roots: task.context.sourceRoots,
    log_parser: "parse_log_pytest_v2",
    eval_type: "pass_and_fail",
    /** Everything that our own harness needs beside the package's release, as JSON in a string. */
    task: JSON.stringify(task),
  };
}

/** An attempt with its patch, as SWE-bench names a prediction's columns, then ours. */
export function attemptRow(attempt: Attempt, patch: string | null): Record<string, unknown> {
  return {
    instance_id: attempt.task,
    model_name_or_path: attempt.agent ?? attempt.hotkey,
    model_patch: patch ?? "",
    hotkey: attempt.hotkey,
    round: attempt.round,
    status: attempt.status,
    elapsed_ms: attempt.elapsedMs,
    reason: attempt.reason,
    patch_hash: attempt.patch,
    /** How the answer came about: over the wire, a public fix can have been looked up. */
    mode: attempt.mode ?? "wire",
  };
}

/** A verdict in the shape of SWE-bench's per-instance report, then ours with the score's parts. */
export function verdictRow(
  evaluation: Evaluation,
  score: Score | null,
  mode: Mode = "wire",
): Record<string, unknown> {
  return {
    instance_id: evaluation.task,
    resolved: evaluation.verdict === "resolved",
    patch_exists: true,
    patch_successfully_applied: evaluation.verdict !== "invalid-patch",
    infra_failure: evaluation.verdict === "unscored",
    tests_status: { FAIL_TO_PASS: evaluation.failToPass, PASS_TO_PASS: evaluation.passToPass },
    verdict: evaluation.verdict,
    layer: evaluation.layer,
    reason: evaluation.reason,
    hotkey: evaluation.hotkey,
    round: evaluation.round,
    patch_hash: evaluation.patch satisfies Hash,
    likeness: evaluation.likeness,
    patch_lines: evaluation.patchLines,
    gold_lines: evaluation.goldLines,
    judge: evaluation.judge,
    score: score?.score ?? null,
    duration_ms: evaluation.durationMs,
    mode,
  };
}
