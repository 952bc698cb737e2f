import { floors } from "../../.dependency-cruiser.mjs";
import { cruise } from "../rooms/cruise.mjs";

const TITLES = ["ground", "ground, with Node", "one room a world", "work", "programs", "door"];
/** Everyone may and nearly everyone does import these: drawn, they would hide the rest. */
const GROUND = ["protocol", "platform"];

/** The rooms and who imports whom, as the code stands: a Mermaid diagram and the same as a table. */
export async function drawMap(folder) {
  const imports = await roomImports(folder);
  const rooms = new Set([...imports.keys(), ...[...imports.values()].flatMap((to) => [...to])]);
  const standing = floors.map((names) => names.filter((name) => rooms.has(name)));
  const diagram = ["```mermaid", "flowchart TD"];
  for (const [floor, names] of [...standing.entries()].reverse()) {
    diagram.push(`  subgraph floor${floor}["${TITLES[floor]}"]`);
    for (const name of names) diagram.push(`    ${name}`);
    diagram.push("  end");
  }
  for (const from of standing.flat())
    for (const to of seen(imports, from, standing))
      if (!GROUND.includes(to)) diagram.push(`  ${from} --> ${to}`);
  diagram.push("```");
  const table = ["| room | imports |", "|---|---|"];
  for (const name of standing.flat().reverse())
    table.push(`| [${name}](../src/${name}) | ${seen(imports, name, standing).join(", ") || "–"} |`);
  return [
    ...diagram,
    "",
    `Imports of ${GROUND.join(" and ")} are not drawn; the table has them.`,
    "",
    ...table,
  ].join("\n");
}

const seen = (imports, from, standing) => standing.flat().filter((to) => imports.get(from)?.has(to));

/** Room -> the other rooms that its files import; tests left out. */
async function roomImports(folder) {
  const { modules } = await cruise(folder);
  const imports = new Map();
  for (const { source, dependencies } of modules) {
    const room = roomOf(source);
    if (!room || source.endsWith(".test.ts")) continue;
    if (!imports.has(room)) imports.set(room, new Set());
    for (const { resolved } of dependencies) {
      const other = roomOf(resolved);
      if (other && other !== room) imports.get(room).add(other);
    }
  }
  return imports;
}

const roomOf = (file) => /^src\/([^/]+)\//.exec(file)?.[1];
