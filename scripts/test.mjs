// All tests (or those that the arguments name), on the Node of set-up. The last line is "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { jsonOf, places as placesOf } from "./setup/places.mjs";

const places = placesOf();
const folder = mkdtempSync(join(tmpdir(), "taoception-tests-"));
const counts = join(folder, "counts.json");
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {}); // vitest ends, then we do

const program = [
  join(places.modules, "vitest", "vitest.mjs"),
  "run",
  "--configLoader",
  "native",
  ...process.argv.slice(2),
];
const reporters = ["--reporter=default", `--reporter=${join(places.clone, "scripts", "test", "count.mjs")}`];
const { status } = spawnSync(places.node, [...program, ...reporters], {
  cwd: places.clone,
  stdio: ["ignore", "inherit", "inherit"],
  env: {
    ...process.env,
    PATH: [dirname(places.node), process.env.PATH].filter(Boolean).join(delimiter),
    TEST_COUNTS: counts,
  },
});
const told = jsonOf(counts) ?? { passed: 0, failed: 1 }; // no counts: the run was cut off
rmSync(folder, { recursive: true, force: true });

const red = status !== 0 || told.passed === 0; // a run of nothing is no green run
const failed = red ? Math.max(told.failed, 1) : told.failed;
process.stdout.write(`\n${told.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? status || 1 : 0;
