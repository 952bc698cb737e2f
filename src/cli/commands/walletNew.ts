import { lstat } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import {
  keyOf,
  newPhrase,
  PHRASE_WORDS,
  passwordFor,
  type StoredKey,
  type WalletPlace,
  writeStoredKey,
} from "../../bittensor/index.ts";
import { type Secret, TaoceptionError } from "../../platform/index.ts";
import { askHidden } from "../askHidden.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { UsageError } from "../usage.ts";
import { placeOf, walletFields, walletFlags } from "../walletOptions.ts";

const words = z
  .string()
  .transform(Number)
  .refine((count) => PHRASE_WORDS.includes(count), `give ${PHRASE_WORDS.join(", ")}`);
const Options = z.object({
  ...walletFields,
  words,
  password: z.boolean(),
  json: z.boolean().optional(),
});

export function addNew(wallet: Command, door: Door): void {
  const command = walletFlags(wallet.command("new"))
    .description(
      "make a coldkey, encrypted, and a hotkey; a wallet that has its coldkey gets the hotkey alone",
    )
    .option("--words <n>", "how many words their phrases have", "12")
    .option("--no-password", "keep the coldkey in plain: for a test network alone")
    .option("--json", "print what was made as JSON, phrases included");
  runs(command, Options, door, async ({ words: count, password, json, ...named }) => {
    const place = placeOf(named, door.environment);
    const fresh = !(await isThere(place.coldkey)) && !(await isThere(place.coldkeyPublic));
    if (await isThere(place.hotkey))
      throw new UsageError([`${place.hotkey} is there already: a key is never written over`]);
    const made: Record<string, { ss58: string; mnemonic: string; path: string }> = {};
    const make = async (which: "coldkey" | "hotkey", lock: boolean) => {
      const phrase = newPhrase(count);
      const key = keyOf({ phrase });
      if (!key) throw new Error("a new phrase is a phrase");
      await writeWalletKey(which, key, place, lock, door);
      made[which] = { ss58: key.address, mnemonic: phrase, path: place[which] };
    };
    if (fresh) await make("coldkey", password);
    await make("hotkey", false);
    if (json) {
      door.stdout.write(`${JSON.stringify({ name: place.name, ...made })}\n`);
      return;
    }
    for (const [which, { ss58, mnemonic, path }] of Object.entries(made))
      door.stdout.write(`${which} ${ss58}\n  ${path}\n  ${mnemonic}\n`);
    door.stderr.write("Write the words down now: they are the key, and they are not shown again.\n");
  });
}

/** Write one key of a wallet; a coldkey's password is taken as `passwordFor` says, and asked for twice. */
export async function writeWalletKey(
  which: "coldkey" | "hotkey",
  key: StoredKey,
  place: WalletPlace,
  lock: boolean,
  door: Door,
): Promise<void> {
  const path = place[which];
  const password = lock ? await newPassword(path, door) : null;
  await writeStoredKey({ path, publicPath: place[`${which}Public`] }, key, { password });
}

async function newPassword(path: string, door: Door): Promise<Secret<string>> {
  const ask = async () => {
    const first = await askHidden(`a new password for ${path}: `, door);
    if (first === null) return null;
    if ((await askHidden("once more: ", door)) !== first)
      throw new UsageError(["the two passwords are not the same"]);
    return first;
  };
  const password = await passwordFor(path, { environment: door.environment, ask });
  if (password === null || password.reveal() === "")
    throw new TaoceptionError("no-password", `${path} is to be encrypted, and there is no password for it`, {
      mend: "set BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE, or give --no-password on a test network",
    });
  return password;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
