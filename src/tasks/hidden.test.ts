import { expect, test } from "vitest";
import type { Difference } from "./differences.ts";
import { chooseHidden } from "./hidden.ts";

const DEFECT = { "m.py": Buffer.from("defect") };
const task = {
  failToPass: ["tests/test_m.py::test_f"],
  context: {
    package: { name: "m", version: "1" },
    sourceRoots: [""],
    testPaths: ["tests"],
    pytestArguments: [],
  },
};

/** A fork that tells of each call what `come` says, at gold or at the defect, and makes no variants. */
function choose(calls: string[], told: string, come: (call: string, defect: boolean) => number) {
  const seen: (readonly string[])[] = [];
  const tester = {
    async script({ changes }: { changes: Readonly<Record<string, Uint8Array | null>> }) {
      const order = changes[".taoception/hidden.json"];
      if (!order) return { stdout: "", stderr: "", timedOut: false };
      seen.push(Object.keys(changes).filter((path) => changes[path] === null));
      const asked = JSON.parse(Buffer.from(order).toString()).calls as { call: string }[];
      const lines = asked.map(({ call }, at) =>
        JSON.stringify([at, ["came", come(call, Object.hasOwn(changes, "m.py"))]]),
      );
      return { stdout: lines.join("\n"), stderr: "", timedOut: false };
    },
  };
  const known = calls.map((call) => ({
    call: { prelude: ["import m"], call, statement: false, variable: null },
  }));
  const given = { differences: known as unknown as Difference[], calls: [], told };
  const hidden = chooseHidden(given, "seed", DEFECT, task, { tester: tester as never });
  return hidden.then((all) => ({ hidden: all.map(({ call }) => call), seen }));
}

test("calls that show the defect come first, and those that the miner reads last", async () => {
  const come = (call: string, defect: boolean) => call.length * 10 + Number(defect && call !== "m.f(0)");
  const { hidden, seen } = await choose(["m.f(0)", "m.f(111)", "m.f(22)"], "m.f(22) gives 1", come);
  expect(hidden).toEqual(["m.f(111)", "m.f(0)", "m.f(22)"]);
  expect(seen).toEqual([["tests/test_m.py"], ["tests/test_m.py"], ["tests/test_m.py"]]);
});

test("there are none where only calls that the miner reads show the defect", async () => {
  const come = (call: string, defect: boolean) => call.length * 10 + Number(defect && call === "m.f(22)");
  expect((await choose(["m.f(0)", "m.f(22)"], "m.f(22) gives 1", come)).hidden).toEqual([]);
});
