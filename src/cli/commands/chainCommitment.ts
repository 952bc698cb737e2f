import type { Command } from "commander";
import { z } from "zod";
import type { Commitment } from "../../bittensor/index.ts";
import { chainFields, chainFlags, endpointIn, ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { runs } from "../configure.ts";
import type { Door } from "../door.ts";
import { address, rule, whole } from "../fields.ts";
import { openKey, reachChain } from "../signer.ts";

const MOST_BYTES = 128;

const Options = z
  .object({
    ...chainFields,
    netuid: whole(0, 65_535),
    of: address.optional(),
    hotkey: z.string().optional(),
    text: z
      .string()
      .refine((text) => Buffer.byteLength(text) <= MOST_BYTES, `give at most ${MOST_BYTES} bytes`)
      .optional(),
    json: z.boolean().optional(),
  })
  .refine(
    ({ of, hotkey, text }) => (of === undefined) !== (hotkey === undefined && text === undefined),
    rule("give --of to look, or --hotkey with --text to publish", ["of"]),
  )
  .refine(
    ({ hotkey, text }) => (hotkey === undefined) === (text === undefined),
    rule("--hotkey and --text go together", ["text"]),
  )
  .refine(oneChain, ONE_CHAIN("url"));

/** `chain commitment`: what a hotkey has published, or publish something. */
export function addCommitment(chain: Command, door: Door): void {
  const command = chainFlags(
    chain
      .command("commitment")
      .description("show what a hotkey has published on a subnet, or publish a text in its place"),
    "url",
  )
    .option("--netuid <n>", "the subnet", "1")
    .option("--of <address>", "the hotkey to look at")
    .option("--hotkey <file>", "the hotkey that publishes, as a plain keyfile")
    .option("--text <text>", `what it publishes, at most ${MOST_BYTES} bytes`)
    .option("--json", "print it as JSON");
  runs(command, Options, door, async ({ netuid, of, hotkey: file, text, json, ...named }) => {
    const hotkey = file === undefined ? undefined : await openKey("--hotkey", file);
    const asked = await reachChain(endpointIn(named, door.environment).url, door.signal);
    if (hotkey !== undefined) {
      const value = Buffer.from(text ?? "", "utf8").toString("hex");
      await asked.setCommitment({ netuid, fields: [{ kind: "Raw", value }] }, hotkey);
    }
    const who = hotkey?.address ?? of ?? "";
    const found = await asked.commitment(netuid, who);
    door.stdout.write(json ? `${JSON.stringify(found)}\n` : told(who, found));
  });
}

function told(who: string, found: Commitment | null): string {
  if (found === null) return `${who} has published nothing\n`;
  const fields = found.fields.map(({ kind, value }) =>
    kind === "Sha256"
      ? `${kind} ${value}`
      : `${kind} ${JSON.stringify(Buffer.from(value, "hex").toString("utf8"))}`,
  );
  return [`${who} published in block ${found.block}:`, ...fields, ""].join("\n");
}
