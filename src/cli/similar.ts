/** The word of a list that somebody who typed `word` most likely meant; undefined when none is near. */
export function similar(word: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((each) => ({ each, far: distance(word, each) }))
    .sort((a, b) => a.far - b.far)
    .filter(({ each, far }) => far <= Math.max(1, Math.floor(each.replace(/^-+/, "").length / 3)));
  return nearest?.each;
}

/** Letters to change, add, remove, or swap with their neighbour to make one word the other. */
function distance(one: string, other: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= one.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const at = (up: number, left: number) => rows[i - up]?.[j - left] ?? Number.POSITIVE_INFINITY;
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const row = rows[i] as number[];
      row[j] =
        i === 0
          ? j
          : Math.min(
              at(1, 0) + 1,
              at(0, 1) + 1,
              at(1, 1) + (same ? 0 : 1),
              swapped ? at(2, 2) + 1 : Infinity,
            );
    }
  }
  return rows[one.length]?.[other.length] ?? 0;
}
