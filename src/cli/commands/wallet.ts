import { lstat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { localKeypair } from "../../bittensor/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { UsageError } from "../usage.ts";
import { addList } from "./walletList.ts";
import { addNew } from "./walletNew.ts";
import { addRegen } from "./walletRegen.ts";
import { addShow } from "./walletShow.ts";

const Create = z.object({ file: z.string(), json: z.boolean().optional() });

export function add(program: Command, door: Door): void {
  const wallet = program.command("wallet").description("wallets as Bittensor's own tools keep them");
  for (const addOne of [addNew, addRegen, addList, addShow]) addOne(wallet, door);
  const create = wallet
    .command("create")
    .description("make a key and write it as a plain keyfile: not encrypted, for a local subnet only")
    .argument("<file>", "where to write it; what is there already stays")
    .option("--json", "print path and address as JSON");
  runs(create, Create, door, async ({ file, json }) => {
    const path = resolve(file);
    if (await isThere(path)) throw new UsageError([`${file} is there already: a key is never overwritten`]);
    if (!(await isThere(dirname(path))))
      throw new UsageError([`${file}: there is no folder ${dirname(path)}`]);
    const { keypair } = await localKeypair(dirname(path), basename(path)).catch((error: Error) => {
      throw new UsageError([`${file} cannot be written (${error.message})`]);
    });
    const { address } = keypair;
    door.stdout.write(json ? `${JSON.stringify({ path, address })}\n` : `${address}\n`);
  });
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
