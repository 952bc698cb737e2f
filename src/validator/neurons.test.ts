import { expect, test } from "vitest";
import { developmentKeypair, route, serveLegacy, serveSigned } from "../bittensor/index.ts";
import { silentLogger, systemClock } from "../platform/index.ts";
import { Challenge, hashBytes } from "../protocol/index.ts";
import { openSender } from "./neurons.ts";

const validator = developmentKeypair("Alice");
const miner = developmentKeypair("Bob");
const challenge: Challenge = {
  ...{ round: 1, task: "t1", statement: "s", tree: hashBytes(""), deadline: "2026-01-01T00:00:00Z" },
  context: {
    package: { name: "basket", version: "1" },
    sourceRoots: [""],
    testPaths: [],
    pytestArguments: [],
  },
  environment: { hash: hashBytes(""), lock: "" },
  difficulty: { logit: 0, low: -1, high: 1 },
  returnAddress: "http://127.0.0.1:1",
};

function served(heard: unknown[]) {
  return {
    ...{ keypair: miner, admit: () => true, clock: systemClock, logger: silentLogger },
    routes: [
      route({
        ...{ method: "POST", path: "/challenge", maxBytes: 100_000, body: Challenge },
        handle: ({ body }) => {
          heard.push(body);
          return { status: 202, json: { reason: "accepted" } };
        },
      }),
    ],
  };
}
const sender = (options: { local?: boolean; legacy?: boolean } = {}) =>
  openSender(validator, {
    ...{ local: true, legacy: false, clock: systemClock, signal: new AbortController().signal },
    ...options,
  });

test("a miner that speaks v10 alone is asked with --wire.legacy, and refused without", async () => {
  const heard: unknown[] = [];
  await using old = await serveLegacy(served(heard));
  const at = { hotkey: miner.address, url: old.origin };
  expect(await sender()(at, challenge)).toMatch(/^answered 404/);
  expect(heard).toEqual([]);
  expect(await sender({ legacy: true })(at, challenge)).toBeNull();
  await using today = await serveSigned(served(heard));
  expect(await sender({ legacy: true })({ ...at, url: today.origin }, challenge)).toBeNull();
  expect(heard).toEqual([challenge, challenge]);
});
