import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret, writeAtomically } from "../platform/index.ts";

/** The validator's secret for its seeds: made on first use, readable by its owner alone. */
export async function drawSecret(home: string): Promise<Secret<string>> {
  const path = join(home, "draw.secret");
  const known = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (known !== undefined) return new Secret(known);
  const made = randomBytes(32).toString("hex");
  await writeAtomically(path, made, 0o600);
  return new Secret(made);
}
