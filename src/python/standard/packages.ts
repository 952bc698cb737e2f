import type { RankedPackage } from "../../pypi/index.ts";
import type { Preparing } from "../preparing.ts";
import { libraryOf, type StandardModule, testedModules } from "./library.ts";
import { runnerModules } from "./loaded.ts";
import { packageName } from "./names.ts";

/** All modules of the standard library together are drawn as often as one package of this rank. */
const RANK_TOGETHER = 4;
const FEWEST_TESTS = 5;

/** Where the library lies from which modules are taken; null where there is none to be found. */
export const libraryFor = ({ library, sandbox }: Pick<Preparing, "library" | "sandbox">): string | null =>
  library ?? libraryOf(sandbox);

/** The modules that can be changed without changing the runner. */
export function separable(modules: readonly StandardModule[], loaded: ReadonlySet<string>): StandardModule[] {
  const tops = new Set([...loaded].map((name) => name.split(".", 1)[0]));
  return modules.filter(({ name, count }) => !tops.has(name) && count >= FEWEST_TESTS);
}

/**
 * The standard library as one more source of packages: each pure module with tests that pytest does not run on,
 * as `cpython-<module>` at the interpreter's version, for `prepare` by that name. None where the interpreter came
 * without its tests. Their rank lets n of them weigh n/sqrt(rank) = 1/sqrt(4) in a draw, as much as one package
 * near the top of the list.
 */
export async function standardPackages(preparing: Preparing): Promise<RankedPackage[]> {
  const library = libraryFor(preparing);
  const modules = library === null ? [] : await testedModules(library);
  if (modules.length === 0) return [];
  const loaded = await runnerModules(preparing);
  const chosen = loaded === null ? [] : separable(modules, loaded);
  const rank = RANK_TOGETHER * chosen.length ** 2;
  const version = preparing.sandbox.pythonVersion;
  return chosen.map(({ name, count }) => ({ rank, name: packageName(name), version, tests: count }));
}
