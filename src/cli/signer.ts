import type { Command } from "commander";
import { z } from "zod";
import { type Chain, type Keypair, openChain, readKeyfile } from "../bittensor/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { Door } from "./door.ts";
import { httpUrl, whole } from "./fields.ts";
import { linesOf, UsageError } from "./usage.ts";

/** The fields of a command that signs something for the chain. */
export const signing = {
  url: httpUrl,
  netuid: whole(0, 65_535),
  hotkey: z.string(),
  coldkey: z.string(),
  json: z.boolean().optional(),
};

/** Their flags. */
export function signingFlags(command: Command): Command {
  return command
    .requiredOption("--url <url>", "where the chain answers")
    .requiredOption("--netuid <n>", "the subnet")
    .requiredOption("--hotkey <file>", "the neuron's hotkey, as a plain keyfile")
    .requiredOption("--coldkey <file>", "the coldkey that pays, as a plain keyfile");
}

/** Read both keys and reach the chain. Unlike a program that runs on, a person is told at once when there is none. */
export async function openSigner(
  given: { url: string; hotkey: string; coldkey: string },
  { signal }: Door,
): Promise<{ chain: Chain; hotkey: Keypair; coldkey: Keypair }> {
  const [hotkey, coldkey] = await Promise.allSettled([readKeyfile(given.hotkey), readKeyfile(given.coldkey)]);
  if (hotkey.status === "rejected" || coldkey.status === "rejected")
    throw new UsageError([
      ...(hotkey.status === "rejected" ? linesOf(hotkey.reason).map((line) => `--hotkey: ${line}`) : []),
      ...(coldkey.status === "rejected" ? linesOf(coldkey.reason).map((line) => `--coldkey: ${line}`) : []),
    ]);
  const chain = await reachChain(given.url, signal);
  return { chain, hotkey: hotkey.value, coldkey: coldkey.value };
}

/** Read the one key that signs. */
export async function openKey(flag: string, file: string): Promise<Keypair> {
  return readKeyfile(file).catch((error: unknown) => {
    throw new UsageError(linesOf(error).map((line) => `${flag}: ${line}`));
  });
}

/** The chain at an address where one answers. */
export async function reachChain(url: string, signal: AbortSignal): Promise<Chain> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
  await fetch(url, { signal: limit, redirect: "error" }).catch((cause: unknown) => {
    throw new TaoceptionError("chain-unreachable", `no chain answers at ${url}`, {
      cause,
      mend: "`up` tells the address of a local subnet's",
    });
  });
  return openChain({ url, signal });
}
