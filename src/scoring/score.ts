import type { Attempt, Evaluation, Score } from "../protocol/index.ts";

/** Every constant of the score; `docs/scoring.md` explains them. */
export const SCORE = {
  /** What a resolved patch earns whatever it looks like. The four shares sum to 1. */
  resolved: 0.7,
  concise: 0.12,
  likeness: 0.08,
  time: 0.1,
  /** How likeness is made. */
  functions: 0.5,
  files: 0.3,
  tokens: 0.2,
  /** Answers within this time are all equally fast, in milliseconds. */
  fastMs: 2_000,
  /** The most that the judge can take away, as a share of the score. */
  judge: 0.2,
} as const;

/**
 * The score of one attempt: gate · (0.70 + 0.12 concise + 0.08 likeness + 0.10 time), of which the judge may take
 * at most a fifth. An attempt without a patch has no evaluation and scores 0. Null where the patch is `unscored`:
 * there is nothing to count, for or against the miner.
 */
export function score(
  attempt: Pick<Attempt, "round" | "task" | "hotkey" | "elapsedMs">,
  evaluation: Pick<Evaluation, "verdict" | "patchLines" | "goldLines" | "likeness" | "judge"> | null,
  { deadlineMs }: { deadlineMs: number },
): Score | null {
  const { round, task, hotkey, elapsedMs } = attempt;
  if (evaluation?.verdict === "unscored") return null;
  if (evaluation?.verdict !== "resolved")
    return { round, task, hotkey, score: 0, gate: 0, concise: 0, likeness: 0, time: 0, judge: null };
  const concise = Math.min(1, Math.max(1, evaluation.goldLines) / Math.max(1, evaluation.patchLines));
  const { functions, files, tokens } = evaluation.likeness;
  const likeness = SCORE.functions * functions + SCORE.files * files + SCORE.tokens * tokens;
  const time = timeShare(elapsedMs ?? deadlineMs, deadlineMs);
  const { judge } = evaluation;
  const sum = SCORE.resolved + SCORE.concise * concise + SCORE.likeness * likeness + SCORE.time * time;
  const kept = judge === null ? 1 : 1 - SCORE.judge * (1 - clamp(judge));
  return {
    ...{ round, task, hotkey, gate: 1, judge },
    score: tidy(sum * kept),
    concise: tidy(concise),
    likeness: tidy(likeness),
    time: tidy(time),
  };
}

/** clamp(1 − ln(t / 2 s) / ln(deadline / 2 s), 0, 1): each doubling of the time costs the same. */
function timeShare(elapsedMs: number, deadlineMs: number): number {
  if (elapsedMs <= SCORE.fastMs) return 1;
  if (deadlineMs <= SCORE.fastMs) return 0;
  return clamp(1 - Math.log(elapsedMs / SCORE.fastMs) / Math.log(deadlineMs / SCORE.fastMs));
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** In 0..1 and to nine decimals, so that another machine's last bit changes nothing. */
const tidy = (value: number) => Math.round(clamp(value) * 1e9) / 1e9;
