import { expect, test } from "vitest";
import type { Finished } from "../../sandbox/index.ts";
import { sampleWork } from "../sampleWork.ts";
import { reproduction } from "./reproduction.ts";

test.each<[string, Partial<Finished>, object | null]>([
  ["runs to its end", { exitCode: 0 }, null],
  ["fails", { exitCode: 1, stderr: "Traceback\nAssertionError: got 3\n" }, { verdict: "unresolved" }],
  ["hangs", { exitCode: null, timedOut: true }, { verdict: "timed-out" }],
])("a script that %s", async (_, given, ruling) => {
  const tester = { script: async () => ({ stderr: "", timedOut: false, ...given }) };
  const found = await reproduction.check(sampleWork(), { tester: tester as never });
  if (ruling) expect(found).toMatchObject(ruling);
  else expect(found).toBeNull();
});
