import type { Command } from "commander";
import { z } from "zod";
import { ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { tao, taoOf } from "../fields.ts";
import { openSigner, signing, signingFlags } from "../signer.ts";

const Options = z.object({ ...signing, tao }).refine(oneChain, ONE_CHAIN("url"));

/** `chain stake`: from a coldkey's balance to its hotkey. */
export function addStake(chain: Command, door: Door): void {
  const command = signingFlags(chain.command("stake"))
    .description("move TAO from the coldkey's balance to stake on its hotkey, as a validator needs it")
    .requiredOption("--tao <amount>", "how much")
    .option("--json", "print the stake as JSON");
  runs(command, Options, door, async ({ netuid, tao: amount, json, ...given }) => {
    const { chain: asked, hotkey, coldkey } = await openSigner(given, door);
    await asked.addStake({ netuid, hotkey: hotkey.address, amount }, coldkey);
    const { neurons } = await asked.metagraph(netuid);
    const stake = BigInt(neurons.find((neuron) => neuron.hotkey === hotkey.address)?.stake ?? "0");
    door.stdout.write(
      json
        ? `${JSON.stringify({ netuid, hotkey: hotkey.address, stake: stake.toString() })}\n`
        : `${hotkey.address} has ${taoOf(stake)} TAO of stake on subnet ${netuid}\n`,
    );
  });
}
