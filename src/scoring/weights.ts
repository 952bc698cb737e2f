import type { Score } from "../protocol/index.ts";

/** What one hotkey earned in a window, and its weight for the chain. */
export interface WeightRow {
  hotkey: string;
  mean: number;
  /** 95 % interval of the mean. */
  low: number;
  high: number;
  /** Scores that the mean is made of. */
  attempts: number;
  /** 0..65535, the largest mean being 65535; all 0 when nobody earned anything. */
  weight: number;
}

const U16 = 65_535;
const Z = 1.959963984540054;

/**
 * Weights from the scores of a window of rounds, in the order of `hotkeys`. Silent, late, refusing and abstaining
 * attempts are in the window as scores of 0; unscored ones are not in it and leave the mean alone. A hotkey without
 * scores has mean 0; scores of hotkeys that are not listed are passed over. The same scores in any order give the
 * same rows.
 */
export function weights(
  scores: readonly Pick<Score, "hotkey" | "score">[],
  hotkeys: readonly string[],
): WeightRow[] {
  const byHotkey = Map.groupBy(scores, ({ hotkey }) => hotkey);
  const rows = hotkeys.map((hotkey) => {
    const values = (byHotkey.get(hotkey) ?? []).map(({ score }) => score).sort((a, b) => a - b);
    const sum = values.reduce((total, value) => total + value, 0);
    const mean = values.length === 0 ? 0 : Math.min(1, tidy(sum / values.length));
    return { hotkey, mean, ...interval(mean, values.length), attempts: values.length };
  });
  const largest = Math.max(0, ...rows.map(({ mean }) => mean));
  return rows.map((row) => ({
    ...row,
    weight: largest === 0 ? 0 : Math.round((row.mean / largest) * U16),
  }));
}

/**
 * Wilson's score interval at 95 %. A mean of values in 0..1 spreads at most as one of zeros and ones does, so the
 * interval is honest for graded scores too, if a little wide.
 */
function interval(mean: number, count: number): { low: number; high: number } {
  if (count === 0) return { low: 0, high: 1 };
  const spread = Z ** 2 / count;
  const middle = (mean + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((mean * (1 - mean)) / count + spread / (4 * count));
  return {
    low: tidy(Math.max(0, Math.min(mean, middle - half))),
    high: tidy(Math.min(1, Math.max(mean, middle + half))),
  };
}

const tidy = (value: number) => Math.round(value * 1e9) / 1e9;
