import type { Command } from "commander";
import { z } from "zod";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { address, httpUrl, tao, taoOf } from "../fields.ts";
import { openKey, reachChain } from "../signer.ts";

const Options = z.object({
  url: httpUrl,
  coldkey: z.string(),
  to: address,
  tao,
  json: z.boolean().optional(),
});

/** `chain transfer`: from a coldkey's balance to another account's. */
export function addTransfer(chain: Command, door: Door): void {
  const command = chain
    .command("transfer")
    .description("give TAO from a coldkey's balance to another account")
    .requiredOption("--url <url>", "where the chain answers")
    .requiredOption("--coldkey <file>", "the coldkey that gives, as a plain keyfile")
    .requiredOption("--to <address>", "who is given")
    .requiredOption("--tao <amount>", "how much")
    .option("--json", "print both balances as JSON, in rao");
  runs(command, Options, door, async ({ url, coldkey: file, to, tao: amount, json }) => {
    const coldkey = await openKey("--coldkey", file);
    const asked = await reachChain(url, door.signal);
    const { block } = await asked.transfer({ dest: to, amount }, coldkey);
    const [from, dest] = [await asked.account(coldkey.address), await asked.account(to)];
    door.stdout.write(
      json
        ? `${JSON.stringify({ block, from: coldkey.address, to, amount: amount.toString(), balances: { from: from.balance, to: dest.balance } })}\n`
        : `${to} was given ${taoOf(amount)} TAO in block ${block}; ${taoOf(BigInt(from.balance))} TAO are left\n`,
    );
  });
}
