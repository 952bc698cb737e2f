import { expect, test } from "vitest";
import { partsThatAreOff } from "./parts.ts";

const all = {
  local: false,
  judge: null,
  mayOpenPullRequests: true,
  setsWeights: true,
  earns: true,
  offline: false,
};

test("each thing that is missing disables its own part, and is told once", () => {
  expect(partsThatAreOff(all)).toEqual([]);
  for (const [change, text] of [
    [{ judge: "OPENAI_API_KEY is not set" }, /^no judge: OPENAI_API_KEY/],
    [{ mayOpenPullRequests: false }, /^no pull requests: GITHUB_TOKEN/],
    [{ setsWeights: false, earns: false }, /^no weights are set: that was asked for$/],
    [{ earns: false }, /^no weights .* --wire.weights sets them$/],
    [{ offline: true }, /^the package index is not asked/],
  ] as const)
    expect(partsThatAreOff({ ...all, ...change })).toEqual([
      { level: "warn", text: expect.stringMatching(text) },
    ]);
});

test("a newcomer's laptop without keys is warned of nothing", () => {
  const laptop = { ...all, local: true, judge: "no key", mayOpenPullRequests: false };
  expect(partsThatAreOff(laptop)).toEqual([{ level: "info", text: "no judge: no key" }]);
});
