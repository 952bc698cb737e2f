import type { Command } from "commander";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { openSigner, signing, signingFlags } from "../signer.ts";

const Options = z.object(signing).refine(oneChain, ONE_CHAIN("url"));

/** `chain register`: a uid for a hotkey. */
export function addRegister(chain: Command, door: Door): void {
  const command = signingFlags(chain.command("register"))
    .description("give a hotkey a uid on a subnet; its coldkey pays the burn")
    .option("--json", "print the uid as JSON");
  runs(command, Options, door, async ({ netuid, json, ...given }) => {
    const { chain: asked, hotkey, coldkey } = await openSigner(given, door);
    const find = async () =>
      (await asked.metagraph(netuid)).neurons.find((neuron) => neuron.hotkey === hotkey.address);
    const before = await find();
    if (before === undefined) await asked.register({ netuid, hotkey: hotkey.address }, coldkey);
    const neuron = before ?? (await find());
    if (neuron === undefined || neuron.coldkey !== coldkey.address)
      throw new TaoceptionError(
        "not-ours",
        neuron ? `${hotkey.address} belongs to another coldkey, ${neuron.coldkey}` : "the uid is gone again",
      );
    const { uid } = neuron;
    door.stdout.write(
      json
        ? `${JSON.stringify({ netuid, uid, hotkey: hotkey.address, coldkey: coldkey.address })}\n`
        : `${hotkey.address} ${before ? "has" : "now has"} uid ${uid} on subnet ${netuid}\n`,
    );
  });
}
