import { z } from "zod";
import { Hash } from "./hash.ts";
import { Context, Difficulty } from "./task.ts";

/** What `POST /challenge` carries: a task as a miner sees it. Answered by 202, solved in the miner's own time. */
export const Challenge = z.object({
  round: z.number().int().nonnegative(),
  task: z.string().min(1).max(200),
  statement: z.string().min(1).max(20_000),
  context: Context,
  tree: Hash,
  /** The pinned requirements (`name==version` lines) to build the environment layer from, and its hash. */
  environment: z.object({ hash: Hash, lock: z.string().max(200_000) }),
  difficulty: Difficulty,
  deadline: z.iso.datetime(),
  /** Where to fetch the tree, commit and reveal: the validator's own address. */
  returnAddress: z.url(),
});
export type Challenge = z.infer<typeof Challenge>;

/** `POST /commit`: the hash of the answer, before the deadline; nobody can copy what is only hashed. */
export const Commit = z.object({
  task: z.string().min(1).max(200),
  commitment: Hash,
});
export type Commit = z.infer<typeof Commit>;

/** The attempt statuses a miner may itself declare. */
export const Answer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("patch"), patch: z.string().max(1_000_000) }),
  z.object({ status: z.literal("abstained"), reason: z.string().max(2_000) }),
]);
export type Answer = z.infer<typeof Answer>;

/** `POST /reveal`: the answer and the salt; `hashValue({task, hotkey, salt, answer})` must be the commitment. */
export const Reveal = z.object({
  task: z.string().min(1).max(200),
  salt: Hash,
  agent: z.string().min(1).max(100),
  answer: Answer,
});
export type Reveal = z.infer<typeof Reveal>;
