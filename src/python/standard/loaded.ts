import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { TaoceptionError, writeAtomically } from "../../platform/index.ts";
import { hashValue } from "../../protocol/index.ts";
import { openLayer } from "../layer.ts";
import type { Preparing } from "../preparing.ts";
import { resolve } from "../resolve.ts";
import { insideFile } from "../runner.ts";
import { openTester } from "../tester.ts";
import { treeFolder } from "../treeFolder.ts";

const Loaded = z.array(z.string().max(200)).max(20_000);

/**
 * Names of all modules that are loaded in an interpreter in which pytest has run: of them the runner itself is made,
 * so a defect in one would break the runner and no test. Null where pytest itself cannot be had. Remembered.
 */
export async function runnerModules(preparing: Preparing): Promise<ReadonlySet<string> | null> {
  const { cache, logger, sandbox } = preparing;
  const resolved = await resolve({ name: "cpython", own: [], groups: [], before: null }, preparing);
  if (!resolved.ok) {
    logger.info({ reason: resolved.reason }, "the standard library is no source: there is no pytest");
    return null;
  }
  const program = await readFile(insideFile("runner_modules.py"), "utf8");
  const { interpreter, pythonVersion } = sandbox;
  const key = hashValue({ interpreter, pythonVersion, lock: resolved.lock, program });
  const place = join(cache, "standard", `${key}.json`);
  const known = await readFile(place, "utf8").catch(() => null);
  try {
    if (known !== null) return new Set(Loaded.parse(JSON.parse(known)));
  } catch {
    // damaged: it is looked at again
  }
  let loaded: string[];
  try {
    loaded = await look(program, resolved.lock, preparing);
  } catch (error) {
    if (!(error instanceof TaoceptionError) || error.code === "aborted") throw error;
    logger.warn({ reason: error.message }, "the standard library is no source");
    return null;
  }
  await mkdir(join(cache, "standard"), { recursive: true });
  await writeAtomically(place, JSON.stringify(loaded));
  return new Set(loaded);
}

async function look(program: string, lock: string, preparing: Preparing): Promise<string[]> {
  const { hash, folder: layer } = await openLayer(lock, preparing);
  const nothing = { name: "nothing", version: "0" };
  await using tester = await openTester(
    {
      folder: await treeFolder({}, preparing),
      context: { package: nothing, sourceRoots: [], testPaths: [], pytestArguments: [] },
      environment: { hash, lock, folder: layer },
      metadata: null,
    },
    preparing,
  );
  const sample = await readFile(insideFile("runner_sample.py"));
  const done = await tester.script({ changes: { "test_sample.py": sample }, script: program });
  try {
    return Loaded.parse(JSON.parse(done.stdout.trim().split("\n").at(-1) ?? ""));
  } catch (cause) {
    const said = `${done.stdout}${done.stderr}`.slice(-500);
    throw new TaoceptionError("no-runner", `pytest did not say what it has loaded: ${said}`, { cause });
  }
}
