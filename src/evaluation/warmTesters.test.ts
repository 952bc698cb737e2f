import { expect, test } from "vitest";
import { TaoceptionError } from "../platform/index.ts";
import type { Task } from "../protocol/index.ts";
import type { Tester } from "../python/index.ts";
import { openWarmTesters } from "./warmTesters.ts";

function world(fails: readonly string[] = []) {
  const [opened, closed]: [string[], string[]] = [[], []];
  const testers = openWarmTesters(async ({ environment }) => {
    if (fails.includes(environment)) throw new TaoceptionError("not-prepared", "it cannot be prepared");
    const name = `${environment}${opened.filter((each) => each.startsWith(environment)).length}`;
    opened.push(name);
    return { name, [Symbol.asyncDispose]: async () => void closed.push(name) } as unknown as Tester;
  });
  const lend = (environment: string, isBroken = (_: string) => false, use = async (name: string) => name) =>
    testers.lend(
      { releaseTree: "tree", environment } as Task,
      (tester) => use((tester as unknown as { name: string }).name),
      isBroken,
    );
  return { testers, opened, closed, lend };
}

test("one tester serves all of its tasks; of those that nobody uses two are kept", async () => {
  const { testers, opened, closed, lend } = world();
  expect(await Promise.all(["a", "a", "b"].map((each) => lend(each)))).toEqual(["a0", "a0", "b0"]);
  await lend("c");
  expect([opened, closed]).toEqual([["a0", "b0", "c0"], ["a0"]]);
  await lend("b");
  await lend("d");
  expect(closed).toEqual(["a0", "c0"]);
  await testers[Symbol.asyncDispose]();
  expect(closed.sort()).toEqual(["a0", "b0", "c0", "d0"]);
});

test("what broke is done once more with a new one, and no more than once", async () => {
  const { closed, lend } = world();
  expect(await lend("a", (name) => name === "a0")).toBe("a1");
  expect(closed).toEqual(["a0"]);
  expect(await lend("b", () => true)).toBe("b1");
  expect(closed).toEqual(["a0", "b0", "b1"]);
});

test("a broken one that others still use is closed by the last of them", async () => {
  const { closed, lend } = world();
  const other = Promise.withResolvers<void>();
  const long = lend("a", undefined, async (name) => {
    await other.promise;
    return name;
  });
  expect(await lend("a", (name) => name === "a0")).toBe("a1");
  expect(closed).toEqual([]);
  other.resolve();
  expect(await long).toBe("a0");
  expect(closed).toEqual(["a0"]);
});

test("the second time nobody else has the tester, and later it is lent to all", async () => {
  const { lend, opened } = world();
  const other = Promise.withResolvers<void>();
  const again = lend(
    "a",
    (name) => name === "a0",
    async (name) => {
      if (name === "a1") await other.promise;
      return name;
    },
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await lend("a")).toBe("a2");
  other.resolve();
  expect(await again).toBe("a1");
  expect(await lend("a")).toBe("a2");
  expect(opened).toEqual(["a0", "a1", "a2"]);
});

test("a retryable error is tried again, another one is told, and neither is remembered", async () => {
  const { lend, opened } = world(["x"]);
  let times = 0;
  const flaky = async (name: string) => {
    times += 1;
    if (times === 1) throw new TaoceptionError("template-ended", "it died", { retryable: true });
    return name;
  };
  expect(await lend("a", undefined, flaky)).toBe("a1");
  await expect(lend("x")).rejects.toMatchObject({ code: "not-prepared" });
  const wrong = async () => Promise.reject(new TypeError("wrong"));
  await expect(lend("b", undefined, wrong)).rejects.toThrow("wrong");
  expect(await lend("b")).toBe("b1");
  expect(opened).toEqual(["a0", "a1", "b0", "b1"]);
});
