import { existsSync } from "node:fs";
import { join } from "node:path";
import { showing } from "./progress.mjs";
import { run } from "./run.mjs";

/** Packages with their environments that a later start can use without the index. */
const STOCK = 6;

/**
 * Fetch pytest and a few listed packages into the user's cache, so that later starts work offline. Nothing depends
 * on it: what cannot be fetched now is told in one line, and fetched when it is needed.
 */
export async function stockCache(places) {
  const main = join(places.clone, "src", "cli", "main.ts");
  if (!existsSync(main)) return;
  await showing(`${STOCK} packages for a start without network`, async () => {
    const { code, output } = await run([places.node, main, "cache", "fill", "--count", String(STOCK)]);
    if (code !== 0) process.stderr.write(`set-up: that did not work, and can wait: ${lastLine(output)}\n`);
  });
}

const lastLine = (output) => output.trim().split("\n").at(-1) ?? "";
