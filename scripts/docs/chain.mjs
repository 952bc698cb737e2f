import { z } from "zod";
import { Call } from "../../src/bittensor/index.ts";
import { usualParameters } from "../../src/localchain/genesis.ts";
import { fieldTable } from "./shape.mjs";

/** What an account may ask the embedded chain to do, field by field; each call names its `netuid` too. */
export function describeCalls() {
  return Call.options
    .flatMap((option) => {
      const { properties, required } = z.toJSONSchema(option);
      const { call, netuid: _, ...others } = properties;
      const fields =
        Object.keys(others).length > 0 ? fieldTable({ properties: others, required }) : ["No field."];
      return [`### ${call.const}`, "", ...fields, ""];
    })
    .join("\n");
}

/** The subnet's rules where its genesis names none. */
export function describeParameters() {
  const rows = Object.entries(usualParameters).map(([name, value]) => `| \`${name}\` | ${value} |`);
  return ["| parameter | usual value |", "|---|---|", ...rows].join("\n");
}
