import { TaoceptionError } from "../../platform/index.ts";
import { treeHash } from "../../protocol/index.ts";
import { metadataWheel } from "../metadata.ts";
import type { Opening } from "../opened.ts";
import type { Preparing } from "../preparing.ts";
import { layOut, ROOT } from "./layOut.ts";
import { testedModules } from "./library.ts";
import { runnerModules } from "./loaded.ts";
import { packageName } from "./names.ts";
import { libraryFor, separable } from "./packages.ts";

/**
 * Open a module of the standard library as a project. Null where the library has no such module: then the name
 * means whatever the index has under it.
 */
export async function openStandard(
  module: string,
  version: string | undefined,
  preparing: Preparing,
): Promise<Opening | null> {
  const { blobs, clock, sandbox } = preparing;
  const library = libraryFor(preparing);
  const [found] = library === null ? [] : await testedModules(library, module);
  if (library === null || !found) return null;
  const own = { name: packageName(module), version: sandbox.pythonVersion };
  const no = (reason: string): Opening => ({
    ok: false,
    package: { ...own, version: version ?? own.version },
    stage: "fetch",
    reason,
  });
  if (version !== undefined && version !== own.version) return no(`the interpreter is ${own.version}`);
  const loaded = await runnerModules(preparing);
  if (loaded === null) return no("there is no pytest");
  if (separable([found], loaded).length === 0)
    return no(`pytest itself runs on ${module}, or it has too few tests`);
  try {
    const tree = await layOut(library, found, blobs);
    return {
      ok: true,
      package: own,
      tree,
      identity: treeHash(tree),
      releasedAt: new Date(clock.now()).toISOString(),
      before: null,
      pureWheel: null,
      built: {
        wheel: metadataWheel({ ...own, requires: [], extras: [] }, ""),
        shape: { sourceRoots: [ROOT], generated: {} },
      },
    };
  } catch (error) {
    if (error instanceof TaoceptionError && error.code === "too-large") return no(error.message);
    throw error;
  }
}
