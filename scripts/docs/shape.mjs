/** The fields of an object's JSON Schema as a Markdown table, `but` those that are told elsewhere. */
export function fieldTable({ properties, required = [] }, but = []) {
  const rows = Object.entries(properties)
    .filter(([name]) => !but.includes(name))
    .map(
      ([name, schema]) => `| \`${name}\` | ${shape(schema)}${required.includes(name) ? "" : ", optional"} |`,
    );
  return ["| field | value |", "|---|---|", ...rows];
}

/** A JSON Schema as a few words. */
function shape(schema) {
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map(shape).join(" or ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "array")
    return `list of ${shape(schema.items).replace(/^(string|whole number|number)\b/, "$1s")}`;
  if (schema.type === "object") {
    const fields = Object.entries(schema.properties ?? {});
    return fields.length === 0
      ? "object"
      : `{ ${fields.map(([name, of]) => `${name}: ${shape(of)}`).join("; ")} }`;
  }
  if (schema.format === "uri") return "address (URL)";
  if (schema.format === "ipv4" || schema.format === "ipv6")
    return `${schema.format.replace("ip", "IP")} address`;
  if (schema.format === "date-time") return "time (ISO 8601, UTC)";
  if (schema.type === "string" && schema.pattern?.includes("64")) return "hash (SHA-256, hex)";
  if (schema.type === "string" && /^\^(?:\\d\+|\(0\|\[1-9\]\\d\{0,19\}\))\$$/.test(schema.pattern ?? ""))
    return "whole number as a string";
  if (schema.type === "string" && schema.maxLength !== undefined)
    return `string, at most ${schema.maxLength.toLocaleString("en")} characters`;
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
