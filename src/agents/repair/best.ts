/** Things that come from one place: none of them weighs more than `bound`, and making them is put off. */
export interface Group<T> {
  bound: number;
  items: () => Iterable<T>;
}

/**
 * The heaviest first. `bound` is cheap and never below the weight, `weigh` is dear: groups are opened and items
 * weighed only once their bound tells that they may come next. Equal ones keep their order. It can be walked again.
 */
export function bestFirst<T>(
  groups: readonly Group<T>[],
  bound: (item: T) => number,
  weigh: (item: T) => number,
): Iterable<T> {
  const closed = groups.toSorted((a, b) => b.bound - a.bound);
  const waiting = heap<T>();
  const weighed = heap<T>();
  const done: T[] = [];
  let opened = 0;
  let made = 0;
  const take = (): T | undefined => {
    for (;;) {
      const ahead = Math.max(waiting.top(), closed[opened]?.bound ?? Number.NEGATIVE_INFINITY);
      if (weighed.top() > ahead || ahead === Number.NEGATIVE_INFINITY) return weighed.pop()?.item;
      if (waiting.top() < ahead) {
        for (const item of closed[opened]?.items() ?? []) {
          waiting.push({ item, at: made, key: bound(item) });
          made += 1;
        }
        opened += 1;
        continue;
      }
      const next = waiting.pop();
      if (next) weighed.push({ ...next, key: weigh(next.item) });
    }
  };
  return {
    *[Symbol.iterator]() {
      for (let at = 0; ; at += 1) {
        if (at === done.length) {
          const item = take();
          if (item === undefined) return;
          done.push(item);
        }
        yield done[at] as T;
      }
    },
  };
}

interface Entry<T> {
  item: T;
  at: number;
  key: number;
}

const before = (a: Entry<unknown>, b: Entry<unknown>) => a.key > b.key || (a.key === b.key && a.at < b.at);

/** A binary heap with the greatest key on top. */
function heap<T>() {
  const all: Entry<T>[] = [];
  return {
    top: () => all[0]?.key ?? Number.NEGATIVE_INFINITY,
    push(entry: Entry<T>): void {
      let at = all.length;
      all.push(entry);
      while (at > 0) {
        const up = (at - 1) >> 1;
        const above = all[up] as Entry<T>;
        if (!before(entry, above)) break;
        all[at] = above;
        at = up;
      }
      all[at] = entry;
    },
    pop(): Entry<T> | undefined {
      const top = all[0];
      const last = all.pop();
      if (!last || all.length === 0) return top;
      let at = 0;
      for (;;) {
        let down = 2 * at + 1;
        if (down >= all.length) break;
        if (down + 1 < all.length && before(all[down + 1] as Entry<T>, all[down] as Entry<T>)) down += 1;
        const below = all[down] as Entry<T>;
        if (!before(below, last)) break;
        all[at] = below;
        at = down;
      }
      all[at] = last;
      return top;
    },
  };
}
