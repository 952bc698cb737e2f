import type { Scout } from "../../python/index.ts";
import type { Problem, TrajectoryStep, Workspace } from "../agent.ts";
import { type Clues, investigate } from "./investigate.ts";
import { order, orderOn } from "./order.ts";
import { withTree } from "./parse.ts";
import { applySplices } from "./propose.ts";
import { merit, type Plausible } from "./rank.ts";
import { type Ordered, type Purse, ranked, search, type Trialling } from "./search.ts";
import { readSource } from "./source.ts";
import type { Reading } from "./statement.ts";

/** Share of the budget for single edits where some of them got half way; the rest tries a second edit on top. */
const single = 0.7;
const halves = 4;
const finalists = 3;

/** The change that repair settled on. */
export interface Change {
  path: string;
  before: string;
  after: string;
}

/** Search for a change; a string is the reason why there is none. When the signal comes, the best so far is taken. */
export async function findChange(
  problem: Pick<Problem, "context">,
  workspace: Pick<Workspace, "treeFolder">,
  reading: Reading,
  budget: number,
  { scout, signal, onStep }: { scout: Scout; signal: AbortSignal; onStep: (step: TrajectoryStep) => void },
): Promise<Change | string> {
  const found: { plausible: Plausible[]; partial: Ordered[] } = { plausible: [], partial: [] };
  let clues: Clues | string = "it was told to end before it began";
  const purse: Purse = { tried: 0, seen: new Set(), firstAt: null, budget };
  let best: Plausible | undefined;
  try {
    clues = await investigate(problem, workspace, reading, { scout, signal, onStep });
    if (typeof clues === "string") return clues;
    const { encode, ...known } = clues;
    const trialling: Trialling = { ...known, encode, scout, signal, onStep };
    const ordered = order(clues);
    await search(ordered, purse, Math.ceil(budget * single), found, trialling);
    if (found.plausible.length === 0)
      await searchOn(found.partial.slice(0, halves), purse, found, trialling, clues);
    await search(ordered, purse, budget, found, trialling);
    best = await confirm(ranked(found.plausible), trialling);
  } catch (error) {
    if (!signal.aborted) throw error;
    best = ranked(found.plausible)[0];
  }
  for (const each of ranked(found.plausible))
    onStep({
      kind: "ranked",
      merit: merit(each),
      gain: each.gain,
      edits: each.candidates.map(({ template, row, splices }) => ({ template, row: row + 1, splices })),
    });
  onStep({
    kind: "end",
    tried: purse.tried,
    plausible: found.plausible.length,
    partial: found.partial.length,
  });
  if (!best || typeof clues === "string") return `none of ${purse.tried} candidates repaired it`;
  const { path, text } = best;
  const before = clues.files.find((file) => file.path === path)?.text ?? "";
  onStep({
    kind: "chosen",
    path,
    templates: best.candidates.map(({ template }) => template),
    mended: best.mended,
  });
  return { path, before, after: text };
}

/** Give what is left of the budget to second edits on the most promising first ones. */
async function searchOn(
  partial: readonly Ordered[],
  purse: Purse,
  found: { plausible: Plausible[]; partial: Ordered[] },
  trialling: Trialling,
  clues: Clues,
): Promise<void> {
  const left = purse.budget - purse.tried;
  for (const [at, first] of partial.entries()) {
    if (found.plausible.length > 0) return;
    const { file, splices } = first.candidate;
    const text = applySplices(file.text, splices);
    const changed = await withTree(text, (cursor) => readSource(file.path, text, cursor));
    const seconds = orderOn(first, changed, clues);
    const until = Math.min(purse.budget, purse.tried + Math.ceil(left / (partial.length - at + 1)));
    await search(seconds, purse, until, { plausible: found.plausible, partial: [] }, trialling);
  }
}

/** Run the finalists once more with everything imported afresh, and take the first that still holds. */
async function confirm(
  plausible: readonly Plausible[],
  trialling: Trialling,
): Promise<Plausible | undefined> {
  const { scout, failing, signal, encode } = trialling;
  for (const each of plausible.slice(0, finalists)) {
    const last = each.candidates.at(-1);
    const tests = last ? trialling.testsOf(last) : [];
    const trial = await scout.run(
      { changes: { [each.path]: encode(each.path, each.text) }, checks: failing, tests, fresh: true },
      { signal },
    );
    const holds =
      !("invalid" in trial) &&
      trial.checks.every(({ outcome }) => outcome === "passed") &&
      Object.values(trial.tests).every(({ outcome }) => /^(passed|skipped)$/.test(outcome));
    if (holds) return each;
  }
  return undefined;
}
