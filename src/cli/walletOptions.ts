import type { Command } from "commander";
import { z } from "zod";
import { type WalletPlace, walletPlace } from "../bittensor/index.ts";

/** Which wallet, under the flags of Bittensor's own tools. */
export const walletFields = {
  "wallet.path": z.string().optional(),
  "wallet.name": z.string().optional(),
  "wallet.hotkey": z.string().optional(),
};

/** The flags that name a wallet; `hotkey` false where it is of no matter. */
export function walletFlags(command: Command, { name = true, hotkey = true } = {}): Command {
  command.option(
    "--wallet.path <dir>",
    "the folder of all wallets (BT_WALLET_PATH; default: ~/.bittensor/wallets)",
  );
  if (name) command.option("--wallet.name <name>", "the wallet (BT_WALLET_NAME; default: default)");
  if (hotkey) command.option("--wallet.hotkey <name>", "its hotkey (BT_WALLET_HOTKEY; default: default)");
  return command;
}

/** Where the named wallet's files lie. */
export function placeOf(
  options: Partial<Record<keyof typeof walletFields, string | undefined>>,
  environment: NodeJS.ProcessEnv,
): WalletPlace {
  const { "wallet.path": path, "wallet.name": name, "wallet.hotkey": hotkey } = options;
  return walletPlace({ path, name, hotkey }, environment);
}
