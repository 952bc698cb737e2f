// What in docs/ is generated from the code: `npm run docs` writes it, `npm run check` fails where it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeAttacks } from "./docs/attacks.mjs";
import { describeCalls, describeParameters } from "./docs/chain.mjs";
import { describeDependencies } from "./docs/dependencies.mjs";
import { describeEvents, eventSchema } from "./docs/events.mjs";
import { describeLimits } from "./docs/limits.mjs";
import { drawMap } from "./docs/map.mjs";
import { withSection } from "./docs/section.mjs";
import { describeBodies } from "./docs/wire.mjs";
import { describeZoo } from "./docs/zoo.mjs";
import { root } from "./setup/places.mjs";

const GENERATED = {
  "docs/architecture.md": async (text) => withSection(text, "map", await drawMap(root)),
  "docs/events.md": async (text) => withSection(text, "events", describeEvents()),
  "docs/chain.md": async (text) =>
    withSection(withSection(text, "calls", describeCalls()), "parameters", describeParameters()),
  "docs/decisions/README.md": async (text) => withSection(text, "dependencies", describeDependencies(root)),
  "docs/security.md": async (text) =>
    withSection(
      withSection(withSection(text, "attacks", describeAttacks()), "limits", describeLimits(root)),
      "zoo",
      await describeZoo(),
    ),
  "docs/wire.md": async (text) => withSection(text, "bodies", describeBodies()),
  "docs/events.schema.json": async () => eventSchema(),
};

const check = process.argv.includes("--check");
for (const [path, make] of Object.entries(GENERATED)) {
  const file = join(root, path);
  const old = path.endsWith(".md") ? readFileSync(file, "utf8") : readIfThere(file);
  const fresh = await make(old);
  if (fresh === old) continue;
  if (check) {
    process.stderr.write(`docs: ${path} is stale; \`npm run docs\` writes it anew\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, fresh);
    process.stdout.write(`docs: ${path}\n`);
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}
