import type { Command } from "commander";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { Replay } from "../../validator/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { databaseUrl, logLevel, whole } from "../fields.ts";
import { openRecordOf } from "../record.ts";
import { UsageError } from "../usage.ts";

const Options = z.object({
  round: whole(0, Number.MAX_SAFE_INTEGER),
  home: z.string().optional(),
  databaseUrl: databaseUrl.optional(),
  json: z.boolean().optional(),
  logLevel,
});

export function add(program: Command, door: Door): void {
  const command = program
    .command("replay")
    .description(
      "recompute a round's difficulties, scores and weights from the record; exit code 0 if all are equal",
    )
    .argument("<round>", "a round's number, from 0")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)")
    .option("--json", "print what was compared as JSON");
  runs(command, Options, door, async ({ round, json, ...options }) => {
    const { replay } = await import("../../validator/index.ts");
    await using record = await openRecordOf("replay", options, door);
    const found = await replay(round, record.storage);
    if (found === null) throw new UsageError([`the record in ${record.folder} has no round ${round}`]);
    door.stdout.write(json ? `${JSON.stringify(found)}\n` : told(found));
    if (!found.record.ok || found.differences.length > 0)
      throw new TaoceptionError("not-equal", `round ${round} does not follow from its record`);
  });
}

function told({ round, record, compared, differences }: Replay): string {
  const links = record.ok ? "every link holds" : `broken: ${record.reason}`;
  return [
    `round ${round}: ${record.events} events in the record, ${links}`,
    ...Object.entries(compared).map(([what, count]) => `${what} recomputed: ${count}`),
    ...differences,
    differences.length === 0 ? "all equal, to the bit" : `${differences.length} differ`,
    "",
  ].join("\n");
}
