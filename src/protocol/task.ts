import { z } from "zod";
import { Hash } from "./hash.ts";
import { TreePath } from "./tree.ts";

/** A published package at one version. */
export const Package = z.object({ name: z.string().min(1), version: z.string().min(1) });
export type Package = z.infer<typeof Package>;

/**
 * How hard a task is thought to be, on Cerebro's logit scale: an agent of ability a resolves it with
 * probability 1 / (1 + exp(difficulty - a)). `low`..`high` is the 95 % interval.
 */
export const Difficulty = z.object({ logit: z.number(), low: z.number(), high: z.number() });
export type Difficulty = z.infer<typeof Difficulty>;

/** What a miner may know beside the statement: where the package's code and tests lie, and the suspect modules. */
export const Context = z.object({
  package: Package,
  /** Folders to put on Python's path, relative to the tree's root ("" is the root). */
  sourceRoots: z.array(z.string()),
  /** Folders or files that hold the remaining tests. */
  testPaths: z.array(TreePath),
  /** Extra arguments to pytest that this package needs. */
  pytestArguments: z.array(z.string()),
});
export type Context = z.infer<typeof Context>;

/** A call of the package with what must come of it, as `evaluation` describes it. Never told before the reveal. */
export const HiddenCall = z.object({
  /** Lines that go before: imports, definitions, the making of objects. */
  prelude: z.array(z.string().max(5_000)).max(60),
  call: z.string().max(5_000),
  /** Whether the call is a statement without a value. */
  statement: z.boolean(),
  /** The object that the call may change, where it has a name. */
  variable: z.string().max(100).nullable(),
  expected: z.string().max(400),
});
export type HiddenCall = z.infer<typeof HiddenCall>;

/** A verified problem, with its hidden half. Only `challengeOf` decides what of it travels to a miner. */
export const Task = z.object({
  id: z.string().min(1),
  package: Package,
  generator: z.string().min(1),
  statement: z.string().min(1),
  /** A Python script that exits 0 on the gold tree and not 0 on the base tree. */
  reproduction: z.string().min(1),
  context: Context,
  /** The environment layer's lock (see `python/`). */
  environment: Hash,
  /** The released tree, which is the gold state. */
  releaseTree: Hash,
  /** Files of the release that the base state changes: the defect. Path to blob. */
  baseChanges: z.record(TreePath, Hash),
  /** The tree a miner gets: the base state with the FAIL_TO_PASS tests cut out. */
  challengeTree: Hash,
  /** Unified diff from base to gold. */
  gold: z.string().min(1),
  failToPass: z.array(z.string()).min(1),
  passToPass: z.array(z.string()).min(1),
  /** Differential tests recorded from gold; tasks of old records have none. */
  hidden: z.array(HiddenCall).max(32).default([]),
  /** Lines of code that the reproduction reaches in the package: Cerebro's prior looks at it. */
  suspectLines: z.number().int().nonnegative(),
  difficulty: Difficulty,
  createdAt: z.iso.datetime(),
});
export type Task = z.infer<typeof Task>;
