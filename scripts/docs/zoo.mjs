import { readFileSync } from "node:fs";
import { everyCheat } from "../../test/zoo/play.ts";

/** What came of every cheat on every package, as test/zoo/zoo.long.ts has recorded it. */
export async function describeZoo() {
  const record = JSON.parse(readFileSync(new URL("../../test/zoo/record.json", import.meta.url), "utf8"));
  const cheats = await everyCheat();
  const code = (all) => all.map((each) => `\`${each}\``).join(", ");
  const rows = cheats.flatMap(({ name, from }) => {
    const row = record.cheats[name];
    if (!row) return [];
    return `| ${name} | ${from} | ${code(row.strict)} | ${code(row.layers)} | ${row.official} of ${row.played} |`;
  });
  const fooled = Object.values(record.cheats).filter(({ official }) => official > 0).length;
  return [
    `Recorded ${record.date}: ${rows.length} cheats on ${record.packages.join(", ")}. Strict resolved none; swebench's own verdict on an ordinary run was fooled by ${fooled} of them. Controls: gold of ${record.gold} tasks and ${record.rewrites.played} rewrites that mean the same, ${record.rewrites.refused.length} refused.`,
    "",
    "| the cheat | who did it first | strict | layer | swebench says resolved |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
