import { join } from "node:path";
import { type Keypair, localKeypair } from "../bittensor/index.ts";

/** A neuron of the local subnet: its two keys, and where its hotkey lies for the program that signs with it. */
export interface Wallet {
  name: string;
  coldkey: Keypair;
  hotkey: Keypair;
  /** Path of the hotkey's keyfile. */
  keyfile: string;
}

/** The wallet of that name: read, or made on first use. */
export async function openWallet(home: string, name: string): Promise<Wallet> {
  const folder = join(home, "wallets", name);
  const coldkey = await localKeypair(folder, "coldkey");
  const hotkey = await localKeypair(folder, "hotkey");
  return { name, coldkey: coldkey.keypair, hotkey: hotkey.keypair, keyfile: hotkey.path };
}
