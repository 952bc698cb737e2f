import { z } from "zod";
import { Attempt, Hash, Package, Task } from "../../protocol/index.ts";
import type { Project } from "../../python/index.ts";
import type { Journal } from "../journal.ts";

/** What `draw` hands to `prepare`: the packages to try, in order, and the seed that anyone can check the draw with. */
export const Drawn = z.object({
  round: z.number().int(),
  seed: z.string(),
  candidates: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
});
export type Drawn = z.infer<typeof Drawn>;

/** What `prepare` hands to `make`: a package that is ready, or null when none of the drawn ones could be prepared. */
export const PreparedRound = z.object({
  round: z.number().int(),
  seed: z.string(),
  package: Package.nullable(),
  /** A `Project`, as `prepare` gave it. */
  project: z.custom<Project>().nullable(),
});
export type PreparedRound = z.infer<typeof PreparedRound>;

/** What `make` hands to `ask`. */
export const Made = z.object({ round: z.number().int(), prepared: Hash, tasks: z.array(Hash) });
export type Made = z.infer<typeof Made>;

/** What `ask` hands to `listen` and `collect`: who was asked, and when. */
export const Asked = z.object({
  round: z.number().int(),
  made: Hash,
  /** Unix milliseconds, both. */
  asked: z.number(),
  deadline: z.number(),
  challenges: z.array(z.object({ task: z.string(), record: Hash, hotkey: z.string() })),
});
export type Asked = z.infer<typeof Asked>;

/** What `collect` hands to `evaluate`, one for each patch: the attempt and where its task is. */
export const Judged = z.object({ attempt: Attempt, record: Hash, prepared: Hash });
export type Judged = z.infer<typeof Judged>;

/** Read a document by its hash, as what it must be. */
export async function open<T>(
  schema: z.ZodType<T>,
  hash: Hash,
  journal: Pick<Journal, "getDocument">,
): Promise<T> {
  return schema.parse(await journal.getDocument(hash));
}

export function openTask(hash: Hash, journal: Pick<Journal, "getDocument">): Promise<Task> {
  return open(Task, hash, journal);
}
