import { readFile } from "node:fs/promises";
import { z } from "zod";
import { TaoceptionError } from "../platform/index.ts";
import type { Ranked } from "./draw.ts";

/** A package of the ranked list, with what a trial found: the version that was prepared, and how many tests held. */
export interface RankedPackage extends Ranked {
  version: string;
  tests: number;
}

const Row = z.tuple([
  z.coerce.number().int().positive(),
  z.string().regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/),
  z.string().min(1),
  z.coerce.number().int().positive(),
]);

/**
 * The packages from which a round draws: pure Python, by downloads, each of which was prepared once by
 * `scripts/rank.ts`. The file's head says where the ranks come from. `file` names another list.
 */
export async function rankedPackages(
  file: string | URL = new URL("ranking.tsv", import.meta.url),
): Promise<RankedPackage[]> {
  const text = await readFile(file, "utf8");
  const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.slice(1).map((line, at) => {
    const row = Row.safeParse(line.split("\t"));
    if (!row.success)
      throw new TaoceptionError("bad-ranking", `${file}: row ${at + 1} is no rank, name, version, tests`);
    const [rank, name, version, tests] = row.data;
    return { rank, name, version, tests };
  });
}
