import { expect, test } from "vitest";
import { silentLogger, systemClock, TaoceptionError } from "../platform/index.ts";
import type { EventBody } from "../protocol/index.ts";
import { closable } from "./closable.ts";
import { memoryJournal } from "./memoryJournal.ts";
import { type Durable, work } from "./rounds.ts";

const note = (text: string): EventBody => ({ type: "note", level: "info", text });

test("what was being appended when a journal closes is in it, and nothing that comes later", async () => {
  const under = memoryJournal({ clock: systemClock });
  const slow: typeof under.append = async (...of) => {
    await systemClock.sleep(30);
    return under.append(...of);
  };
  const journal = closable({ ...under, append: slow });
  const appending = journal.append(note("before"));
  await journal.close();
  await expect(journal.append(note("after"))).rejects.toMatchObject({ code: "record-closed" });
  await appending;
  expect(await under.events({})).toMatchObject([{ text: "before" }]);
  expect(await journal.events({})).toHaveLength(1);
});

/** Durable work whose beats never end by themselves, and whose rounds end as they are told. */
function endless(round: () => Promise<unknown>) {
  const cut = new AbortController();
  const failure = new TaoceptionError("closing", "closing", { retryable: true });
  const closing = new Promise<never>((_, fail) => cut.signal.addEventListener("abort", () => fail(failure)));
  closing.catch(() => {});
  const seen: string[] = [];
  const durable: Durable & AsyncDisposable = {
    register() {},
    launch: async () => {},
    start: async (name) => void seen.push(name),
    result: (id) => Promise.race([id.startsWith("round") ? round() : closing, closing]),
    unfinished: async () => [],
    forget: async () => {},
    forgetQueued: async () => {},
    [Symbol.asyncDispose]: async () => {
      seen.push("closed");
      cut.abort();
    },
  };
  return { durable, seen };
}
const chain = {
  head: async () => ({ number: 20, epoch: { index: 1, block: 1 } }),
  hyperparameters: async () => ({ tempo: 10 }),
} as unknown as Parameters<typeof work>[1]["chain"];
const open = { netuid: 1, onePackage: true };

test("rounds that fail end the beats beside them", { timeout: 5_000 }, async () => {
  const { durable, seen } = endless(async () => {
    while (!seen.includes("beat")) await systemClock.sleep(5);
    throw new TaoceptionError("broken", "it broke");
  });
  const journal = memoryJournal({ clock: systemClock });
  const signal = new AbortController().signal;
  const world = { chain, durable, journal, clock: systemClock, logger: silentLogger, signal };
  await expect(work(open, world)).rejects.toMatchObject({ code: "broken" });
  expect(seen.at(-1)).toBe("closed");
});

test("work that is told to end tells how many rounds it ended", { timeout: 5_000 }, async () => {
  const stop = new AbortController();
  let rounds = 0;
  const { durable } = endless(async () => {
    rounds += 1;
    if (rounds < 3) return { tasks: 4, attempts: 0, scores: null };
    stop.abort(new Error("SIGTERM"));
    throw new TaoceptionError("closing", "closing", { retryable: true });
  });
  const journal = memoryJournal({ clock: systemClock });
  const world = { chain, durable, journal, clock: systemClock, logger: silentLogger, signal: stop.signal };
  expect(await work(open, world)).toBe(2);
});

test("a counted run ends with an epoch that has seen its weights: one of their own block has not", async () => {
  const { durable, seen } = endless(async () => ({ tasks: 4, attempts: 12, scores: null }));
  let asked = 0;
  const result: Durable["result"] = async (id) => (id.startsWith("beat") ? 20 : durable.result(id));
  const epochs = [19, 20, 30];
  const counted = {
    ...chain,
    untilEpoch: async () => ({ epoch: { index: asked, block: epochs[asked++] }, neurons: [] }),
  } as unknown as typeof chain;
  const journal = memoryJournal({ clock: systemClock });
  const signal = new AbortController().signal;
  const world = {
    durable: { ...durable, result },
    journal,
    clock: systemClock,
    logger: silentLogger,
    signal,
  };
  expect(await work({ ...open, rounds: 1 }, { ...world, chain: counted })).toBe(1);
  expect(seen.filter((name) => name === "beat")).toHaveLength(3);
  expect(await journal.events({ types: ["epoch"] })).toMatchObject([{ block: 30 }]);
});

test("where weights are sealed, it ends with the epoch after the one that opens them", {
  timeout: 5_000,
}, async () => {
  const { durable } = endless(async () => ({ tasks: 4, attempts: 12, scores: null }));
  const result: Durable["result"] = async (id) => (id.startsWith("beat") ? 12 : durable.result(id));
  const journal = memoryJournal({ clock: systemClock });
  const signal = new AbortController().signal;
  const rest = { durable: { ...durable, result }, journal, clock: systemClock, logger: silentLogger, signal };
  const waits: number[] = [];
  for (const epoch of [
    { index: 1, block: 10 }, // committed in epoch 1, in the block of which it began or later
    { index: 2, block: 20 }, // the next one began meanwhile
    { index: 2, block: 12 }, // it landed in the very block of epoch 2
  ]) {
    const sealing = {
      head: async () => ({ number: 20, epoch }),
      hyperparameters: async () => ({ tempo: 10, commitRevealEnabled: true, revealPeriodEpochs: 2 }),
      untilEpoch: async (_: number, index: number) => {
        waits.push(index);
        return { epoch: { index, block: index * 10 }, neurons: [] };
      },
    } as unknown as typeof chain;
    await work({ ...open, rounds: 1 }, { ...rest, chain: sealing });
  }
  expect(waits).toEqual([4, 4, 5]);
});
