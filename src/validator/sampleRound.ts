import type { Clock } from "../platform/index.ts";
import { type Hash, hashBytes, type Task } from "../protocol/index.ts";
import type { Journal } from "./journal.ts";
import { memoryJournal } from "./memoryJournal.ts";
import { ask, type SendChallenge } from "./stages/ask.ts";

const difficulty = { logit: 0, low: -1, high: 1 };
const hash = hashBytes("a thing");

/** A task as it stands in a record; its trees and tests are names only. */
export function sampleTask(id: string): Task {
  const about = { name: "shelf", version: "1.0" };
  return {
    id,
    package: about,
    generator: "mutation/comparison",
    statement: "# It is wrong",
    reproduction: "assert False",
    context: { package: about, sourceRoots: [""], testPaths: ["tests"], pytestArguments: [] },
    environment: hash,
    releaseTree: hash,
    baseChanges: { "shelf.py": hash },
    challengeTree: hashBytes(`tree of ${id}`),
    gold: "--- a\n+++ b\n",
    failToPass: ["tests/test_a.py::test_a"],
    passToPass: ["tests/test_a.py::test_b"],
    hidden: [],
    suspectLines: 12,
    difficulty,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

export const DEADLINE_MS = 60_000;
const MINERS = ["alice", "bob", "carol"].map((hotkey) => ({ hotkey, url: `http://${hotkey}` }));

/** A round that was just asked: its tasks made, its miners asked by `sendChallenge`, nothing answered. */
export async function askedRound(
  round: number,
  ids: readonly string[],
  { clock, sendChallenge = async () => null }: { clock: Clock; sendChallenge?: SendChallenge },
  journal: Journal & ReturnType<typeof memoryJournal> = memoryJournal({ clock }),
): Promise<{ journal: typeof journal; asked: Hash }> {
  const prepared = await journal.putDocument("prepared", {
    round,
    seed: "seed",
    package: { name: "shelf", version: "1.0" },
    project: { environment: { hash, lock: "pytest==9.0", folder: "/nowhere" } },
  });
  await journal.append({
    type: "package",
    round,
    name: "shelf",
    version: "1.0",
    seedHash: hashBytes("seed"),
  });
  const tasks: Hash[] = [];
  for (const id of ids) {
    const record = await journal.putDocument("task", sampleTask(id));
    await journal.append({
      type: "task",
      round,
      task: id,
      package: "shelf",
      generator: "mutation/comparison",
      difficulty,
      failToPass: 1,
      passToPass: 1,
      record,
    });
    tasks.push(record);
  }
  const made = await journal.putDocument("made", { round, prepared, tasks });
  const asked = await ask(made, {
    journal,
    clock,
    listMiners: async () => MINERS,
    sendChallenge,
    deadlineMs: DEADLINE_MS,
    returnAddress: "http://127.0.0.1:1",
  });
  return { journal, asked };
}
