import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Event, hashBytes } from "../../protocol/index.ts";
import { emptyBoard, follow } from "./board.ts";
import { draw } from "./draw.ts";
import { openJsonScreen, openPlainScreen } from "./screen.ts";
import { plain } from "./text.ts";

const at = "2026-01-01T00:00:00.000Z";
const hash = hashBytes("");
let seq = 0;
function event(body: Record<string, unknown>): Event {
  seq += 1;
  return { seq, at, previous: hash, hash, ...body } as Event;
}
const story = [
  event({
    type: "ready",
    netuid: 1,
    hotkey: "v",
    miners: [
      { hotkey: "a", name: "strong" },
      { hotkey: "b", name: "weak" },
    ],
  }),
  event({ type: "package", round: 0, name: "toolz", version: "1.1.0", seedHash: hash }),
  event({
    type: "task",
    round: 0,
    task: "t1",
    package: "toolz",
    generator: "mutation/comparison",
    difficulty: { logit: 0.5, low: -1, high: 2 },
    failToPass: 1,
    passToPass: 2,
    record: hash,
  }),
  event({
    type: "challenge",
    round: 0,
    task: "t1",
    miner: "a",
    allowedMs: 60_000,
    deadline: "2026-01-01T00:01:00.000Z",
  }),
  event({
    type: "challenge",
    round: 0,
    task: "t1",
    miner: "b",
    allowedMs: 60_000,
    deadline: "2026-01-01T00:01:00.000Z",
  }),
  event({
    type: "attempt",
    round: 0,
    task: "t1",
    miner: "a",
    status: "patch",
    patch: hash,
    elapsedMs: 2000,
    agent: "repair",
    reason: null,
  }),
  event({
    type: "verdict",
    round: 0,
    task: "t1",
    miner: "a",
    verdict: "resolved",
    layer: "grade",
    reason: "",
  }),
  event({ type: "score", round: 0, task: "t1", miner: "a", score: 0.91 }),
  event({
    type: "epoch",
    block: 30,
    index: 1,
    neurons: [{ uid: 1, hotkey: "a", incentive: 65535, dividends: 0, emission: "2500000000" }],
  }),
];

test("the board tells the story of a round", () => {
  const board = story.reduce(follow, emptyBoard());
  const text = draw(board, { width: 140, now: Date.parse(at) + 12_000 })
    .map(plain)
    .join("\n");
  expect(text).toContain("toolz 1.1.0");
  expect(text).toMatch(/mutation\/comparison.*✓ 0\.91 +… 12 s/);
  expect(text).toMatch(/strong +1\/1 +0\.910 +– +100\.0 % +2\.500/);
});

test("no line is wider than the terminal", () => {
  const board = story.reduce(follow, emptyBoard());
  for (const text of draw(board, { width: 50, now: 0 })) expect(plain(text).length).toBeLessThanOrEqual(50);
});

test("text from outside cannot steer the terminal", () => {
  const out = new PassThrough();
  const screen = openPlainScreen(out);
  screen.show(
    event({
      type: "package-failed",
      round: 0,
      name: "evil\u001b[2J\u0007",
      version: "1",
      stage: "build",
      reason: "a\r\nb",
      log: null,
    }),
  );
  const text = String(out.read());
  expect(text.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(text).toContain("evil");
});

test("--json gives one parseable line an event", () => {
  const out = new PassThrough();
  const screen = openJsonScreen(out);
  for (const each of story) screen.show(each);
  const lines = String(out.read()).trimEnd().split("\n");
  expect(lines.map((each) => JSON.parse(each))).toEqual(story);
});
