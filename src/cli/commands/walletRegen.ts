import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { z } from "zod";
import { parseKeyfile } from "../../bittensor/index.ts";
import { askHidden } from "../askHidden.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { UsageError } from "../usage.ts";
import { placeOf, walletFields, walletFlags } from "../walletOptions.ts";
import { writeWalletKey } from "./walletNew.ts";

const Options = z.object({
  ...walletFields,
  which: z.enum(["coldkey", "hotkey"], "give coldkey or hotkey"),
  from: z.string().optional(),
  password: z.boolean(),
  json: z.boolean().optional(),
});

export function addRegen(wallet: Command, door: Door): void {
  const command = walletFlags(wallet.command("regen"))
    .description("bring a key back from its phrase, its seed or private key in hex, or a keyfile's JSON")
    .argument("<which>", "coldkey or hotkey")
    .option(
      "--from <file>",
      "where it stands, or - for standard input (default: it is asked for); never on the command line",
    )
    .option("--no-password", "keep the coldkey in plain: for a test network alone")
    .option("--json", "print what was written as JSON");
  runs(command, Options, door, async ({ which, from, password, json, ...named }) => {
    const place = placeOf(named, door.environment);
    const key = parseKeyfile(Buffer.from(await secretFrom(from, door), "utf8"));
    if (key.secret === null)
      throw new UsageError(["this is the public part of a key alone: nothing could sign with it"]);
    await writeWalletKey(which, key, place, password && which === "coldkey", door);
    const written = { ss58: key.address, path: place[which] };
    door.stdout.write(json ? `${JSON.stringify(written)}\n` : `${which} ${key.address}\n  ${place[which]}\n`);
  });
}

async function secretFrom(file: string | undefined, door: Door): Promise<string> {
  if (file !== undefined && file !== "-")
    return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new UsageError([`--from: ${file} cannot be read (${error.code ?? error.message})`]);
    });
  if (file === undefined) {
    const typed = await askHidden("the phrase, or the seed in hex: ", door);
    if (typed !== null) return typed;
  }
  return text(door.stdin);
}
