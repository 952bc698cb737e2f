/**
 * Try items in their order, some at a time, until enough are good: what comes back is the first good ones by their
 * order, and what was tried up to the last of them, whichever ended first. No item is begun once `more` says no.
 */
export async function firstGood<Item, Good, Bad>(
  items: Iterable<Item>,
  attempt: (item: Item, at: number) => Promise<{ good: Good } | { bad: Bad }>,
  { count, atOnce, more = () => true }: { count: number; atOnce: number; more?: () => boolean },
): Promise<{ good: Good[]; bad: Bad[] }> {
  const results: ({ good: Good } | { bad: Bad } | undefined)[] = [];
  const source = items[Symbol.iterator]();
  let started = 0;
  let found = 0;
  let failed = false;
  const work = async () => {
    while (found < count && !failed && more()) {
      const next = source.next();
      if (next.done) return;
      const at = started++;
      try {
        const result = await attempt(next.value, at);
        results[at] = result;
        if ("good" in result) found += 1;
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.max(1, atOnce) }, work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  const good: Good[] = [];
  const bad: Bad[] = [];
  for (const result of results) {
    if (good.length === count) break;
    if (result && "good" in result) good.push(result.good);
    else if (result) bad.push(result.bad);
  }
  return { good, bad };
}
