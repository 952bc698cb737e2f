import type { Command } from "commander";
import { z } from "zod";
import { listWallets } from "../../bittensor/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { placeOf, walletFields, walletFlags } from "../walletOptions.ts";

const Options = z.object({ "wallet.path": walletFields["wallet.path"], json: z.boolean().optional() });

export function addList(wallet: Command, door: Door): void {
  const command = walletFlags(wallet.command("list"), { name: false, hotkey: false })
    .description("list all wallets with their addresses; no password is needed")
    .option("--json", "print them as JSON");
  runs(command, Options, door, async ({ json, ...named }) => {
    const { root } = placeOf(named, door.environment);
    const wallets = await listWallets(root);
    if (json) {
      door.stdout.write(`${JSON.stringify(wallets)}\n`);
      return;
    }
    if (wallets.length === 0)
      door.stdout.write(`no wallets in ${root}; \`taoception wallet new\` makes one\n`);
    for (const { name, coldkey, hotkeys } of wallets) {
      const kept =
        coldkey === null
          ? "no coldkey here"
          : `${coldkey.ss58}${coldkey.encrypted ? "" : "  (not encrypted)"}`;
      door.stdout.write(`${name}  ${kept}\n`);
      const width = Math.max(0, ...hotkeys.map((hotkey) => hotkey.name.length));
      for (const hotkey of hotkeys) door.stdout.write(`  ${hotkey.name.padEnd(width)}  ${hotkey.ss58}\n`);
    }
  });
}
