// All tests (or those that the arguments name), on the Node of set-up. The last line is "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { jsonOf, places as placesOf } from "./setup/places.mjs";

const places = placesOf();
const folder = mkdtempSync(join(tmpdir(), "taoception-tests-"));
const report = join(folder, "report.json");
const argv = [join(places.modules, "vitest", "vitest.mjs"), "run", ...process.argv.slice(2)];
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const PATH = [dirname(places.node), process.env.PATH].filter(Boolean).join(delimiter);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {}); // vitest ends, then we do
const ended = spawnSync(places.node, [...argv, ...reporters], {
  cwd: places.clone,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, PATH },
});
const { passed, failed } = count(jsonOf(report), ended.status);
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = ended.status === 0 && failed > 0 ? 1 : (ended.status ?? 1);

/** A file that could not be loaded, a run that was cut off and an error outside any test are failures too. */
function count(told, status) {
  const passed = told?.numPassedTests ?? 0;
  const files = told?.testResults ?? [];
  const broken = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const failed = (told?.numFailedTests ?? 0) + broken.length;
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}
