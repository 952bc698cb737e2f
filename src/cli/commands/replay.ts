import type { Command } from "commander";
import { z } from "zod";
import { openLogger, TaoceptionError } from "../../platform/index.ts";
import type { Door } from "../door.ts";
import { homeFolder, places } from "../home.ts";
import { configure, UsageError, whole } from "../usage.ts";

const Options = z.object({
  round: whole(0, Number.MAX_SAFE_INTEGER),
  home: z.string().optional(),
  databaseUrl: z.url().optional(),
  json: z.boolean().optional(),
});

export function add(program: Command, door: Door): void {
  program
    .command("replay")
    .description(
      "recompute a round's difficulties, scores and weights from the record; exit code 0 if all are equal",
    )
    .argument("<round>", "a round's number, from 0")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)")
    .option("--json", "print what was compared as JSON")
    .action(async (number: string, given: Record<string, unknown>) => {
      const { environment, stdout, signal } = door;
      const { round, home, json, databaseUrl } = configure(Options, {
        databaseUrl: environment.DATABASE_URL,
        ...given,
        round: number,
      });
      const { openRecord, replay } = await import("../../validator/index.ts");
      const logger = openLogger("replay", environment.TAOCEPTION_LOG ?? "warn");
      const folder = places(homeFolder(home, environment)).validator;
      await using record = await openRecord({ home: folder, databaseUrl }, { logger, signal });
      const found = await replay(round, record.storage);
      if (found === null) throw new UsageError([`the record in ${folder} has no round ${round}`]);
      const { record: links, compared, differences } = found;
      if (json) stdout.write(`${JSON.stringify(found)}\n`);
      else
        stdout.write(
          [
            `round ${round}: ${links.events} events in the record, ${links.ok ? "every link holds" : `broken: ${links.reason}`}`,
            ...Object.entries(compared).map(([what, count]) => `${what} recomputed: ${count}`),
            ...differences,
            differences.length === 0 ? "all equal, to the bit" : `${differences.length} differ`,
            "",
          ].join("\n"),
        );
      if (!links.ok || differences.length > 0)
        throw new TaoceptionError("not-equal", `round ${round} does not follow from its record`);
    });
}
