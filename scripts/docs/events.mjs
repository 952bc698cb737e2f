import { z } from "zod";
import { Event, EventBody } from "../../src/protocol/index.ts";

/** What each event tells, in one sentence; an event without one fails the check. */
const MEANING = {
  ready: "The subnet is up; who takes part.",
  package: "A round has drawn its package.",
  "package-failed": "A package could not be prepared, or gave no task: why, and where the log is.",
  task: "A verified task has been made.",
  challenge: "A task was sent to a miner; whether it accepted.",
  commit: "The hash of a miner's answer arrived in time; `at` is the time that counts.",
  attempt: "What became of one miner's challenge: `patch`, `abstained`, `silent`, `late` or `refused`.",
  verdict:
    "A patch was judged: `resolved`, `unresolved`, `invalid-patch`, `timed-out`, `tampered` or `unscored`.",
  score: "The score of an attempt, with its components.",
  weights: "A weights beat: what the validator has set on the chain.",
  epoch: "An epoch of the chain: incentive, dividends and emission of every neuron.",
  note: "Something a person should know.",
  end: "The last event of a run that ends by itself.",
};

/** The JSON Schema of one line of `--json`. */
export function eventSchema() {
  return `${JSON.stringify(z.toJSONSchema(Event), null, 2)}\n`;
}

/** The same for people: a heading, a sentence and a table for each event. */
export function describeEvents() {
  return EventBody.options
    .map((option) => {
      const { properties, required } = z.toJSONSchema(option);
      const type = properties.type.const;
      if (!MEANING[type]) throw new Error(`scripts/docs/events.mjs does not say what "${type}" means`);
      const rows = Object.entries(properties)
        .filter(([name]) => name !== "type")
        .map(
          ([name, schema]) =>
            `| \`${name}\` | ${shape(schema)}${required.includes(name) ? "" : ", optional"} |`,
        );
      return [`### ${type}`, "", MEANING[type], "", "| field | value |", "|---|---|", ...rows].join("\n");
    })
    .join("\n\n");
}

/** A JSON Schema as a few words. */
function shape(schema) {
  if (schema.anyOf) return schema.anyOf.map(shape).join(" or ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "array") return `list of ${shape(schema.items).replace(/^string$/, "strings")}`;
  if (schema.type === "object") {
    const fields = Object.entries(schema.properties ?? {});
    return fields.length === 0
      ? "object"
      : `{ ${fields.map(([name, of]) => `${name}: ${shape(of)}`).join("; ")} }`;
  }
  if (schema.format === "date-time") return "time (ISO 8601, UTC)";
  if (schema.type === "string" && schema.pattern?.includes("64")) return "hash (SHA-256, hex)";
  if (schema.type === "string" && schema.pattern === "^\\d+$") return "whole number as a string";
  if (schema.type === "integer" || schema.type === "number") return range(schema);
  return schema.type;
}

function range({ type, minimum, maximum }) {
  const word = type === "integer" ? "whole number" : "number";
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return `${word}, ${low} to ${high}`;
  return low === undefined ? word : `${word} from ${low}`;
}
