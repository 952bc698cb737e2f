import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Write rows as JSON Lines; the file appears whole or not at all. Resolves to the number of rows.
 * Rows are taken one at a time, so a dataset of any size needs little memory.
 */
export async function writeJsonl(
  path: string,
  rows: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  const file = await open(beside, "wx");
  let count = 0;
  try {
    for await (const row of rows) {
      await file.write(`${JSON.stringify(row)}\n`);
      count += 1;
    }
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await file.close().catch(() => {}); // it may be closed already: the first error is the one to tell
    await rm(beside, { force: true });
    throw error;
  }
  return count;
}
