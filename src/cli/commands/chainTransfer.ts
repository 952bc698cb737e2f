import type { Command } from "commander";
import { z } from "zod";
import { chainFields, chainFlags, endpointIn, ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { address, tao, taoOf } from "../fields.ts";
import { openKey, reachChain } from "../signer.ts";

const Options = z
  .object({
    ...chainFields,
    coldkey: z.string(),
    to: address,
    tao,
    json: z.boolean().optional(),
  })
  .refine(oneChain, ONE_CHAIN("url"));

/** `chain transfer`: from a coldkey's balance to another account's. */
export function addTransfer(chain: Command, door: Door): void {
  const command = chainFlags(
    chain.command("transfer").description("give TAO from a coldkey's balance to another account"),
    "url",
  )
    .requiredOption("--coldkey <file>", "the coldkey that gives, as a plain keyfile")
    .requiredOption("--to <address>", "who is given")
    .requiredOption("--tao <amount>", "how much")
    .option("--json", "print both balances as JSON, in rao");
  runs(command, Options, door, async ({ coldkey: file, to, tao: amount, json, ...named }) => {
    const coldkey = await openKey("--coldkey", file);
    const asked = await reachChain(endpointIn(named, door.environment).url, door.signal);
    const { block } = await asked.transfer({ dest: to, amount }, coldkey);
    const [from, dest] = [await asked.account(coldkey.address), await asked.account(to)];
    door.stdout.write(
      json
        ? `${JSON.stringify({ block, from: coldkey.address, to, amount: amount.toString(), balances: { from: from.balance, to: dest.balance } })}\n`
        : `${to} was given ${taoOf(amount)} TAO in block ${block}; ${taoOf(BigInt(from.balance))} TAO are left\n`,
    );
  });
}
