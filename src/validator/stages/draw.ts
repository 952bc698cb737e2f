import type { Hash } from "../../protocol/index.ts";
import { eventsOf, type Journal } from "../journal.ts";

/** Names to try in a round: a seeded sample, weighted by rank, without those that already failed in this round. */
export interface Sample {
  /** Seed of a round, from what the validator cannot choose alone. */
  seed(round: number): Promise<string>;
  /** Packages in the order to try them. */
  candidates(seed: string, round: number): { name: string; version: string | null }[];
}

/** Draw the packages of a round. */
export async function draw(
  round: number,
  { journal, sample }: { journal: Journal; sample: Sample },
): Promise<Hash> {
  const failed = await eventsOf(journal, "package-failed", round);
  const gone = new Set(failed.map(({ name }) => name));
  const seed = await sample.seed(round);
  const all = sample.candidates(seed, round);
  const fresh = all.filter(({ name }) => !gone.has(name));
  return journal.putDocument("drawn", { round, seed, candidates: fresh.length > 0 ? fresh : all });
}
