import type { Command } from "commander";
import { z } from "zod";
import {
  type Chain,
  type Keypair,
  openChain,
  readKeyfile,
  readStoredKey,
  signerOf,
} from "../bittensor/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import { askHidden } from "./askHidden.ts";
import { chainFields, chainFlags, endpointIn } from "./chainOptions.ts";
import type { Door } from "./door.ts";
import { whole } from "./fields.ts";
import { linesOf, UsageError } from "./usage.ts";
import { placeOf, walletFields, walletFlags } from "./walletOptions.ts";

/** The fields of a command that signs something for the chain. */
export const signing = {
  ...chainFields,
  netuid: whole(0, 65_535),
  hotkey: z.string().optional(),
  coldkey: z.string().optional(),
  ...walletFields,
  json: z.boolean().optional(),
};

/** Their flags. */
export function signingFlags(command: Command): Command {
  walletFlags(command)
    .option("--hotkey <file>", "the neuron's hotkey, as a plain keyfile, in place of the wallet's")
    .option("--coldkey <file>", "the coldkey that pays, as a plain keyfile, in place of the wallet's");
  return chainFlags(command, "url").option("--netuid <n>", "the subnet", "1");
}

/**
 * Read both keys and reach the chain; of the hotkey its address is enough. Unlike a program that runs on, a person is
 * told at once when there is none.
 */
export async function openSigner(
  given: Partial<z.infer<z.ZodObject<typeof signing>>>,
  door: Door,
): Promise<{ chain: Chain; hotkey: Pick<Keypair, "address">; coldkey: Keypair }> {
  const { environment, signal } = door;
  const place = placeOf(given, environment);
  const { url } = endpointIn(given, environment);
  const ask = (of: string) => askHidden(`password for ${of}: `, door);
  const stored = async (path: string) => readStoredKey(path, { environment, ask });
  const [hotkey, coldkey] = await Promise.allSettled([
    given.hotkey === undefined
      ? stored(place.hotkeyPublic).catch(() => stored(place.hotkey))
      : readKeyfile(given.hotkey),
    given.coldkey === undefined ? stored(place.coldkey).then(thatSigns) : readKeyfile(given.coldkey),
  ]);
  if (hotkey.status === "rejected" || coldkey.status === "rejected")
    throw new UsageError([
      ...(hotkey.status === "rejected" ? linesOf(hotkey.reason).map((line) => `hotkey: ${line}`) : []),
      ...(coldkey.status === "rejected" ? linesOf(coldkey.reason).map((line) => `coldkey: ${line}`) : []),
    ]);
  return { chain: await reachChain(url, signal), hotkey: hotkey.value, coldkey: coldkey.value };
}

function thatSigns(key: Awaited<ReturnType<typeof readStoredKey>>): Keypair {
  const keypair = signerOf(key);
  if (keypair === null)
    throw new TaoceptionError("bad-keyfile", "it is the public part alone: it cannot sign");
  return keypair;
}

/** Read the one key that signs. */
export async function openKey(flag: string, file: string): Promise<Keypair> {
  return readKeyfile(file).catch((error: unknown) => {
    throw new UsageError(linesOf(error).map((line) => `${flag}: ${line}`));
  });
}

/** The chain at an address; an embedded one must answer at once. */
export async function reachChain(url: string, signal: AbortSignal): Promise<Chain> {
  if (/^http/.test(url)) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    await fetch(url, { signal: limit, redirect: "error" }).catch((cause: unknown) => {
      throw new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
        cause,
        mend: "`up` tells the address of a local subnet's",
      });
    });
  }
  return openChain({ url, signal });
}
