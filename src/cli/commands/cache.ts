import type { Command } from "commander";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { answersAt, cachedPackages, rankedPackages } from "../../pypi/index.ts";
import { prepare } from "../../python/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { logLevel, whole } from "../fields.ts";
import { openWorkbench } from "../workbench.ts";

const Options = z.object({ count: whole(1, 1_000), cache: z.string().optional(), logLevel });

/** Packages with more tests than these take long to prepare, and are left to the rounds. */
const MOST_TESTS = 800;

export function add(program: Command, door: Door): void {
  const command = program
    .command("cache")
    .description("what can be fetched again")
    .command("fill")
    .description("prepare listed packages now, so that later starts work without the index")
    .option("--count <n>", "how many packages shall be there", "6")
    .option("--cache <dir>", "where (TAOCEPTION_CACHE; default: the user's cache folder)");
  runs(command, Options, door, async ({ count, ...options }) => {
    const list = (await rankedPackages()).filter(({ tests }) => tests <= MOST_TESTS);
    await using bench = await openWorkbench(options, door);
    const known = new Set((await cachedPackages(list, bench.cache)).map(({ name }) => name));
    if (known.size < count && !(await answersAt(bench.index)))
      throw new TaoceptionError("network", "the package index cannot be reached", {
        mend: "`taoception doctor` tells more; what was fetched before can be used",
      });
    for (const { name } of list) {
      if (known.size >= count) break;
      if (known.has(name)) continue;
      const { ok, package: found } = await prepare({ kind: "release", name }, bench);
      door.stderr.write(
        `${name} ${found.version}: ${ok ? "cached" : "left out, it cannot be prepared here"}\n`,
      );
      if (ok) known.add(name);
    }
  });
}
