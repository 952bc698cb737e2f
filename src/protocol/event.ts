import { z } from "zod";
import { Attempt, Mode } from "./attempt.ts";
import { Evaluation } from "./evaluation.ts";
import { Hash } from "./hash.ts";
import { Epoch, Score, SentWeights, Weights } from "./score.ts";
import { Difficulty } from "./task.ts";

const round = z.number().int().nonnegative();

/** What is appended to the record, one shape a kind. `at` and the sequence number are added by the store. */
export const EventBody = z.discriminatedUnion("type", [
  /** The local subnet, or one part of it, is up. */
  z.object({
    type: z.literal("ready"),
    netuid: z.number().int(),
    hotkey: z.string(),
    miners: z.array(z.object({ hotkey: z.string(), name: z.string() })),
  }),
  /** The seed is told when the round is over, since tasks follow from it; until then this hash fixes it. */
  z.object({ type: z.literal("package"), round, name: z.string(), version: z.string(), seedHash: Hash }),
  /** A package that could not be prepared, or gave no tasks: an outcome, with where its log is. */
  z.object({
    type: z.literal("package-failed"),
    round,
    name: z.string(),
    version: z.string(),
    stage: z.string(),
    reason: z.string(),
    log: Hash.nullable(),
  }),
  z.object({
    type: z.literal("task"),
    round,
    task: z.string(),
    package: z.string(),
    generator: z.string(),
    difficulty: Difficulty,
    failToPass: z.number().int(),
    passToPass: z.number().int(),
    record: Hash,
  }),
  /** A miner is asked; recorded before it is sent. A miner that refuses has an attempt that says so. */
  z.object({
    type: z.literal("challenge"),
    round,
    task: z.string(),
    miner: z.string(),
    deadline: z.iso.datetime(),
    /** The time from asking to the deadline, in milliseconds. */
    allowedMs: z.number().int().positive(),
    mode: Mode.optional(),
  }),
  /** The hash of an answer arrived in time; `at` of this event is the time that counts. */
  z.object({ type: z.literal("commit"), round, task: z.string(), miner: z.string(), commitment: Hash }),
  Attempt.extend({ type: z.literal("attempt"), miner: z.string() }).omit({ hotkey: true }),
  Evaluation.extend({
    type: z.literal("verdict"),
    miner: z.string(),
    /** The document that vouches for it; absent in old records. */
    receipt: Hash.optional(),
    mode: Mode.optional(),
  }).omit({ hotkey: true }),
  Score.extend({ type: z.literal("score"), miner: z.string(), mode: Mode.optional() }).omit({ hotkey: true }),
  /** What Cerebro has learnt once the round's outcomes are counted; `record` is its model. */
  z.object({
    type: z.literal("cerebro"),
    round,
    tasks: z.number().int().nonnegative(),
    record: Hash,
    /** What the package and its tasks were drawn with; null where the round had none. */
    seed: z.string().nullable(),
  }),
  Weights.extend({
    type: z.literal("weights"),
    block: SentWeights.shape.block,
    /** Absent in old records, where they were set openly or not at all. */
    way: SentWeights.shape.way.optional(),
    revealRound: SentWeights.shape.revealRound.optional(),
    /** How the answers came about that the rows are made of. */
    mode: Mode.optional(),
    /** False where answers of this mode may not earn here: the rows were recorded, and not set. */
    earned: z.boolean().optional(),
  }),
  Epoch.extend({ type: z.literal("epoch") }),
  z.object({ type: z.literal("note"), level: z.enum(["info", "warn"]), text: z.string() }),
  z.object({ type: z.literal("end"), rounds: z.number().int(), reason: z.string() }),
]);
export type EventBody = z.infer<typeof EventBody>;

/** One line of `--json`: a record with its place in the log and its time. */
export const Event = z.intersection(
  EventBody,
  z.object({ seq: z.number().int().nonnegative(), at: z.iso.datetime(), previous: Hash, hash: Hash }),
);
export type Event = z.infer<typeof Event>;
