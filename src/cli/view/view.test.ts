import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Event, hashBytes } from "../../protocol/index.ts";
import type { Door } from "../door.ts";
import { emptyBoard, follow, tell } from "./board.ts";
import { draw } from "./draw.ts";
import { openJsonScreen, openPlainScreen, openScreen } from "./screen.ts";
import { stageOf } from "./stage.ts";
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
  expect(text).toMatch(/strong +1\/1 +0\.910 \(0\.17–1\.00\) +– +100\.0 % +2\.500/);
});

test("no line is wider than the terminal, and a narrow one still tells every miner's answer", () => {
  const board = story.reduce(follow, emptyBoard());
  board.package = { name: "a-very-long-name-".repeat(9), version: "1.1.0" };
  for (const width of [20, 50, 80]) {
    const lines = draw(board, { width, now: Date.parse(at) + 12_000 }).map(plain);
    for (const text of lines) expect(text.length).toBeLessThanOrEqual(width);
    if (width >= 50) expect(lines.join("\n")).toMatch(/✓ 0\.91 +… 12 s/);
    if (width >= 80) expect(lines[2]).toMatch(/….*miners at work: 1 of 2 answers, 48 s left$/);
  }
});

test("the stage says what is true: work, reveals and judging side by side", () => {
  const board = story.slice(0, 6).reduce(follow, emptyBoard());
  const during = Date.parse(at) + 1_000;
  const late = Date.parse("2026-01-01T00:01:01.000Z");
  expect(stageOf(board, during)).toBe("miners at work: 1 of 2 answers, 59 s left; 0 of 1 patches judged");
  const of = { round: 0, task: "t1", miner: "b" };
  follow(board, event({ type: "commit", ...of, commitment: hash }));
  expect(stageOf(board, late)).toBe(
    "the deadline is over, waiting for 1 answers to be revealed; 0 of 1 patches judged",
  );
  follow(board, event({ type: "attempt", ...of, status: "abstained", patch: null }));
  expect(stageOf(board, late)).toBe("judging: 0 of 1 patches judged");
  tell(board, "2026-01-01T00:01:00.000Z", "miner-1 died", false);
  expect(stageOf(board, late)).toBe("miner-1 died");
  expect(stageOf(board, late + 10_000)).toBe("judging: 0 of 1 patches judged");
});

test("a home that goes on says since when it counts, and shows tasks that it did not hear of", () => {
  const resumed = [
    event({ type: "ready", netuid: 1, hotkey: "v", miners: [{ hotkey: "a", name: "strong" }] }),
    event({ type: "score", round: 3, task: "an-older-task", miner: "a", score: 0.5 }),
  ];
  const text = draw(resumed.reduce(follow, emptyBoard()), { width: 100, now: 0 }).map(plain).join("\n");
  expect(text).toContain("since this start");
  expect(text).toContain("an-older-task");
  expect(text).toContain("round 3");
  const fresh = draw(story.reduce(follow, emptyBoard()), { width: 100, now: 0 }).join("\n");
  expect(fresh).not.toContain("since this start");
});

test("the live view takes colours away when asked, and leaves the terminal as it was, the last board on it", () => {
  const out = Object.assign(new PassThrough(), { columns: 90, rows: 30, isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const outside = { stdout: out, stderr, environment: { NO_COLOR: "1", TERM: "xterm" } };
  const screen = openScreen({ json: false, plain: false }, outside as unknown as Door);
  screen.say("the chain answers at http://127.0.0.1:1", true);
  const complaint = { level: 40, name: "validator", msg: "a \u001b[2J thing" };
  screen.complaints.write(`${JSON.stringify(complaint)}\n`);
  for (const each of story) screen.show(each);
  screen[Symbol.dispose]();
  screen[Symbol.dispose]();
  const text = String(out.read());
  const [, board = ""] = text.split("\u001b[?25h\u001b[?1049l");
  expect(text.startsWith("\u001b[?1049h\u001b[?25l")).toBe(true);
  expect(text.replaceAll(/.\[(?:\?\d+[hl]|[HJK])/g, "")).not.toContain("\u001b");
  expect(board).toContain("toolz 1.1.0");
  expect(board).toContain("validator: a  thing");
  expect(board).not.toContain("\u001b");
  expect(stderr.read()).toBeNull();
});

test("text from outside cannot steer the terminal", () => {
  const out = new PassThrough();
  const screen = openPlainScreen(out, out);
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
  const screen = openJsonScreen(out, out);
  for (const each of story) screen.show(each);
  const lines = String(out.read()).trimEnd().split("\n");
  expect(lines.map((each) => JSON.parse(each))).toEqual(story);
});
