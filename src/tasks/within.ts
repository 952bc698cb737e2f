/** The first tests of a list that stay within a number and a time; always one, where there is any. */
export function within<T extends { ms: number }>(
  tests: readonly T[],
  { most, ms }: { most: number; ms: number },
): T[] {
  const chosen: T[] = [];
  let spent = 0;
  for (const test of tests) {
    spent += test.ms;
    if (chosen.length >= most || (spent > ms && chosen.length > 0)) break;
    chosen.push(test);
  }
  return chosen;
}
