import { z } from "zod";
import { Answer, Challenge, Commit, Reveal } from "../../src/protocol/index.ts";
import { fieldTable } from "./shape.mjs";

const BODIES = { challenge: Challenge, commit: Commit, reveal: Reveal };

/** The bodies that validator and miner send each other, field by field. */
export function describeBodies() {
  const parts = Object.entries(BODIES).flatMap(([name, schema]) => [
    `### POST /${name}`,
    "",
    ...fieldTable(z.toJSONSchema(schema), ["answer"]),
    ...("answer" in schema.shape ? ["| `answer` | one of the two below |"] : []),
    "",
  ]);
  const answers = Answer.options.flatMap((option) => {
    const { properties, required } = z.toJSONSchema(option);
    return [
      `An answer \`${properties.status.const}\`:`,
      "",
      ...fieldTable({ properties, required }, ["status"]),
      "",
    ];
  });
  return [...parts, ...answers].join("\n");
}
