import { attacks } from "../../test/evaluation/attacks.ts";

/** The hostile patches that the tests play, with what may come of each. */
export function describeAttacks() {
  const all = attacks({ port: 1, word: "word" });
  const rows = all.map(
    ({ name, verdicts, layer }) =>
      `| ${name} | ${verdicts.map((verdict) => `\`${verdict}\``).join(" or ")} | ${layer ? `\`${layer}\`` : "any"} |`,
  );
  return [
    `${all.length} patches, none of which mends the defect. The layer is named where only one may decide.`,
    "",
    "| the patch | verdict | layer |",
    "|---|---|---|",
    ...rows,
  ].join("\n");
}
