import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TaoceptionError, writeAtomically } from "../platform/index.ts";

/**
 * Listen at the wanted port; for 0 at the one that this home had last, so that what the chain tells stays true
 * over a restart, or at a free one when somebody else has taken that.
 */
export async function keepPort<T extends { port: number }>(
  wanted: number,
  home: string,
  listen: (port: number) => Promise<T>,
): Promise<T> {
  const path = join(home, "port");
  const last = wanted === 0 ? Number(await readFile(path, "utf8").catch(() => "0")) : wanted;
  const known = Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0;
  const opened = await listen(known).catch((error: unknown) => {
    const taken = error instanceof TaoceptionError && error.code === "cannot-listen";
    if (!taken || wanted !== 0 || known === 0) throw error;
    return listen(0);
  });
  await writeAtomically(path, String(opened.port));
  return opened;
}
