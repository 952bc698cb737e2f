import { expect, test } from "vitest";
import { bestFirst } from "./best.ts";

const items = Array.from({ length: 500 }, (_, at) => ({ at, base: ((at * 7919) % 499) + 1 }));
const base = (item: (typeof items)[number]) => item.base;
const weight = ({ at, base }: (typeof items)[number]) => base * (0.5 + ((at * 31) % 10) / 20);
const sorted = items.toSorted((a, b) => weight(b) - weight(a) || a.at - b.at);

test("the order is that of the weights, and little is weighed for the first one", () => {
  let weighed = 0;
  const ordered = bestFirst([{ bound: 499, items: () => items }], base, (item) => {
    weighed += 1;
    return weight(item);
  });
  expect(ordered[Symbol.iterator]().next().value).toBe(sorted[0]);
  expect(weighed).toBeLessThan(60);
  expect([...ordered].map(weight)).toEqual(sorted.map(weight));
  expect([...ordered]).toHaveLength(500);
  expect(weighed).toBe(500);
});

test("a group is opened only when one of its own may come next", () => {
  const opened: number[] = [];
  const groups = [100, 499, 300].map((bound) => ({
    bound,
    *items() {
      opened.push(bound);
      yield* items.filter(({ base }) => base <= bound && base > bound - 100);
    },
  }));
  const walk = bestFirst(groups, base, base)[Symbol.iterator]();
  expect(walk.next().value).toMatchObject({ base: 499 });
  expect(opened).toEqual([499]);
  const rest = [...{ [Symbol.iterator]: () => walk }].map(base);
  expect(rest).toEqual(rest.toSorted((a, b) => b - a));
  expect(opened).toEqual([499, 300, 100]);
});

test("nothing to order", () => {
  expect([...bestFirst<number>([], Number, Number)]).toEqual([]);
});
