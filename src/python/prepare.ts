import { canonicalJson, type Package } from "../protocol/index.ts";
import { codeOf } from "./code.ts";
import { environmentOf } from "./environment.ts";
import type { Opened } from "./opened.ts";
import type { Preparing } from "./preparing.ts";
import type { Prepared, Source } from "./project.ts";
import { placeOf, recall, remember } from "./remembered.ts";
import { openSource } from "./source.ts";
import { inTurn } from "./turn.ts";

/**
 * Make a package ready to be changed and tested: its tree, its environment, and the tests that pass on it every
 * time. All its code runs in the sandbox, all but fetching without network. A package that cannot be prepared is
 * an outcome with its stage and reason; our own failures throw. Remembered: the second call is quick.
 */
export async function prepare(
  source: Source,
  preparing: Preparing,
): Promise<Prepared & { package: Package }> {
  const { logger, signal } = preparing;
  signal?.throwIfAborted();
  const opened = await openSource(source, preparing);
  if (!opened.ok)
    return { ok: false, stage: opened.stage, reason: opened.reason, log: "", package: opened.package };
  const place = placeOf({ identity: opened.identity, package: opened.package }, preparing);
  const prepared = await inTurn(
    `prepare ${place}`,
    async () => {
      const known = await recall(place, preparing);
      if (known) return known;
      const made = await make(opened, preparing);
      await remember(place, made, preparing);
      return made;
    },
    preparing,
  );
  const { name, version } = opened.package;
  // the tree's own record, by which evaluations find its files
  if (prepared.ok) await preparing.blobs.put(canonicalJson(prepared.project.tree));
  if (prepared.ok)
    logger.info({ package: `${name} ${version}`, tests: prepared.project.tests.length }, "prepared");
  else logger.info({ package: `${name} ${version}`, ...prepared, log: undefined }, "cannot be prepared");
  return { ...prepared, package: opened.package };
}

async function make(opened: Opened, preparing: Preparing): Promise<Prepared> {
  const code = await codeOf(opened, preparing);
  if (!code.ok) return { ok: false, stage: "build", reason: code.reason, log: code.log };
  return environmentOf(opened, code, preparing);
}
