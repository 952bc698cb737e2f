// `npm run check` and its parts: every part runs, also after a red one; the exit code says whether all were green.
import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { places as placesOf } from "./setup/places.mjs";
import { setUp } from "./setup.mjs";

const places = placesOf();
const CHECKS = {
  lint: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
  types: ["node_modules/typescript/bin/tsc", "--project", "."],
  rooms: ["scripts/rooms.mjs"],
  unused: ["node_modules/knip/bin/knip.js", "--no-progress"],
  docs: ["scripts/docs.mjs", "--check"],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  process.stderr.write(`check: no such check: ${unknown.join(", ")} (${Object.keys(CHECKS).join(", ")})\n`);
  process.exit(2);
}
const ready = await setUp();
if (ready !== 0) process.exit(ready);

const red = (asked.length > 0 ? asked : Object.keys(CHECKS)).filter((name) => !isGreen(name));
if (red.length > 0) process.stderr.write(`check: red: ${red.join(", ")}\n`);
process.exitCode = red.length > 0 ? 1 : 0;

function isGreen(name) {
  const started = performance.now();
  const PATH = [dirname(places.node), process.env.PATH].filter(Boolean).join(delimiter);
  const { status } = spawnSync(places.node, CHECKS[name], {
    cwd: places.clone,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`check: ${name}: ${status === 0 ? "green" : "RED"} (${seconds} s)\n`);
  return status === 0;
}
