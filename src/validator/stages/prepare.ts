import { type Hash, hashBytes, type Package } from "../../protocol/index.ts";
import type { Prepared } from "../../python/index.ts";
import { type Journal, keys } from "../journal.ts";
import { Drawn, open } from "./documents.ts";

export type PreparePackage = (candidate: {
  name: string;
  version: string | null;
}) => Promise<Prepared & { package: Package }>;

/** Make the first of the drawn packages ready that can be; each that cannot is recorded with its reason and log. */
export async function prepare(
  drawn: Hash,
  { journal, preparePackage }: { journal: Journal; preparePackage: PreparePackage },
): Promise<Hash> {
  const { round, seed, candidates } = await open(Drawn, drawn, journal);
  for (const candidate of candidates) {
    const prepared = await preparePackage(candidate);
    const { name, version } = prepared.package;
    if (prepared.ok) {
      await journal.append(
        { type: "package", round, name, version, seedHash: hashBytes(seed) },
        { key: keys.package(round) },
      );
      return journal.putDocument("prepared", {
        round,
        seed,
        package: { name, version },
        project: prepared.project,
      });
    }
    const log = await journal.putDocument("log", prepared.log.slice(-20_000));
    await journal.append(
      { type: "package-failed", round, name, version, stage: prepared.stage, reason: prepared.reason, log },
      { key: keys.packageFailed(round, name, version) },
    );
  }
  return journal.putDocument("prepared", { round, seed, package: null, project: null });
}
