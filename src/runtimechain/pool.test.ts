import fc from "fast-check";
import { expect, test } from "vitest";
import { openPool } from "./pool.ts";

const waiting = (
  hash: string,
  { priority = 1n, requires = [] as string[], provides = [hash], until = 100 } = {},
) => ({
  hash,
  bytes: new Uint8Array(),
  priority,
  requires: new Set(requires),
  provides,
  until,
});
const names = (pool: ReturnType<typeof openPool>) => pool.ready().map(({ hash }) => hash);

test("each comes after those whose tags it requires, by priority where that leaves a choice", () => {
  const pool = openPool();
  pool.add(waiting("a2", { priority: 9n, requires: ["a1"] }));
  pool.add(waiting("b", { priority: 5n }));
  pool.add(waiting("a1", { priority: 2n }));
  pool.add(waiting("lost", { requires: ["never"] }));
  expect(names(pool)).toEqual(["b", "a1", "a2"]);
  pool.included("a1");
  expect(names(pool)).toEqual(["a2", "b"]);
  expect(pool.giver("a1")).toBeUndefined();
});

test("one that is removed gives nothing; what waits too long is out", () => {
  const pool = openPool();
  pool.add(waiting("a1"));
  pool.add(waiting("a2", { requires: ["a1"], until: 3 }));
  pool.remove("a1");
  expect(names(pool)).toEqual([]);
  expect(pool.expire(2)).toEqual([]);
  expect(pool.expire(3)).toEqual(["a2"]);
  expect(pool.size()).toBe(0);
});

test("a thousand of one account are ready in the order of their nonces, however they came in", () => {
  const nonces = Array.from({ length: 1_000 }, (_, nonce) => nonce);
  fc.assert(
    fc.property(fc.shuffledSubarray(nonces, { minLength: 1_000 }), (order) => {
      const pool = openPool();
      for (const nonce of order)
        pool.add(waiting(`n${nonce}`, { requires: nonce === 0 ? [] : [`n${nonce - 1}`] }));
      expect(names(pool)).toEqual(nonces.map((nonce) => `n${nonce}`));
    }),
    { numRuns: 5 },
  );
});
