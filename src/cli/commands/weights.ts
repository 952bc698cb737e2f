import type { Command } from "commander";
import { z } from "zod";
import type { WeightsPlan } from "../../validator/index.ts";
import { chainFields, chainFlags, endpointIn, ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { databaseUrl, logLevel } from "../fields.ts";
import { openRecordOf } from "../record.ts";
import { reachChain } from "../signer.ts";
import { UsageError } from "../usage.ts";

const Options = z
  .object({
    dryRun: z.literal(true),
    ...chainFields,
    burn: z.boolean().optional(),
    home: z.string().optional(),
    databaseUrl: databaseUrl.optional(),
    json: z.boolean().optional(),
    logLevel,
  })
  .refine(oneChain, ONE_CHAIN("url"));

/** `weights`: what a validator's next beat would set. It is the beat that sets them. */
export function add(program: Command, door: Door): void {
  const command = chainFlags(
    program
      .command("weights")
      .description("show what a validator would set as weights now, beside what stands on the chain")
      .requiredOption("--dry-run", "send nothing; a validator's own beat sends weights"),
    "url",
  )
    .option("--burn", "as with the validator's own flag: all to the owner where nobody earned")
    .option("--home <dir>", "where all state lives (TAOCEPTION_HOME; default: the user's data folder)")
    .option("--database-url <url>", "the Postgres that holds the record (DATABASE_URL)")
    .option("--json", "print it as JSON");
  runs(command, Options, door, async ({ burn, json, dryRun: _, ...options }) => {
    const { planWeights } = await import("../../validator/index.ts");
    const chain = await reachChain(endpointIn(options, door.environment).url, door.signal);
    await using record = await openRecordOf("weights", options, door);
    const plan = await planWeights({ burn: burn ?? false }, { journal: record.storage, chain });
    if (plan === null) throw new UsageError([`the record in ${record.folder} names no validator yet`]);
    door.stdout.write(json ? `${JSON.stringify(plan)}\n` : told(plan));
  });
}

function told({ netuid, hotkey, block, window, way, waitBlocks, rows }: WeightsPlan): string {
  const sent = way === "timelocked" ? "a timelocked commit" : "weights set openly";
  const when = waitBlocks === 0 ? "may be sent at once" : `may be sent in ${waitBlocks} blocks`;
  const signed = (value: number | null) => (value === null ? "-" : value > 0 ? `+${value}` : `${value}`);
  const line = (cells: readonly (string | number | null)[]) =>
    cells.map((cell, at) => `${cell ?? "-"}`[at === 1 ? "padEnd" : "padStart"](at === 1 ? 48 : 6)).join("  ");
  return [
    `${hotkey} on subnet ${netuid} at block ${block}: ${sent}, ${when}`,
    window === null ? "no round has ended" : `rounds ${window.first} to ${window.last} count`,
    line(["uid", "hotkey", "now", "next", "diff"]),
    ...rows.map((row) => line([row.uid, row.hotkey, row.now, row.next, signed(row.difference)])),
    rows.some(({ next }) => next !== null) ? "nothing was sent" : "nothing would be sent",
    "",
  ].join("\n");
}
