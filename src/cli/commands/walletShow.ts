import type { Command } from "commander";
import { z } from "zod";
import { listWallets } from "../../bittensor/index.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { UsageError } from "../usage.ts";
import { placeOf, walletFields, walletFlags } from "../walletOptions.ts";

const Options = z.object({ ...walletFields, json: z.boolean().optional() });

export function addShow(wallet: Command, door: Door): void {
  const command = walletFlags(wallet.command("show"))
    .description("show one wallet: addresses and files, never a secret")
    .option("--json", "print it as JSON");
  runs(command, Options, door, async ({ json, ...named }) => {
    const place = placeOf(named, door.environment);
    const found = (await listWallets(place.root)).find(({ name }) => name === place.name);
    if (!found) throw new UsageError([`there is no wallet ${place.name} in ${place.root}`]);
    const hotkey = found.hotkeys.find(({ name }) => name === place.hotkeyName) ?? null;
    const shown = {
      name: place.name,
      coldkey: found.coldkey && { ...found.coldkey, path: place.coldkey },
      hotkey: hotkey && { ...hotkey, path: place.hotkey },
    };
    if (json) {
      door.stdout.write(`${JSON.stringify(shown)}\n`);
      return;
    }
    const { coldkey } = shown;
    door.stdout.write(
      [
        `wallet   ${place.name}`,
        `coldkey  ${coldkey ? `${coldkey.ss58}${coldkey.encrypted ? "  encrypted" : "  not encrypted"}` : "none here"}`,
        ...(coldkey ? [`         ${coldkey.path}`] : []),
        `hotkey   ${shown.hotkey ? `${shown.hotkey.ss58}  ${shown.hotkey.name}` : `none called ${place.hotkeyName}`}`,
        ...(shown.hotkey ? [`         ${shown.hotkey.path}`] : []),
        "",
      ].join("\n"),
    );
  });
}
