import type { Patch } from "./patch.ts";

/** What a patch must leave alone beside what nobody's patch may touch. */
export interface PathPolicy {
  /** Folders or files that hold tests. */
  testPaths: readonly string[];
}

/** Where the judge puts what it needs in a tree. */
export const OWN_FOLDER = ".taoception";

const infrastructure = new Set([
  ...["conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg"],
  ...["setup.py", "pyproject.toml", "sitecustomize.py", "usercustomize.py", ".gitmodules", ".gitattributes"],
]);
/** Modules of the runner: a new file of that name at a source root would stand in front of them. */
const runner = /^(?:[^/]+\/)?(?:pytest|_pytest|pluggy|iniconfig|unittest|doctest)(?:\.py$|\/)/;
const compiled = /\.(?:so(?:\.\d+)*|py[cod]|dll|dylib|o|a|whl|egg|zip)$/;

/** Each path of a patch that the policy forbids, with why: `path: reason`. */
export function violations(patch: Patch, policy: PathPolicy): string[] {
  return patch.flatMap(({ path, kind }) => {
    const reason = forbidden(path, kind === "create", policy);
    return reason === null ? [] : [`${path}: ${reason}`];
  });
}

function forbidden(path: string, created: boolean, { testPaths }: PathPolicy): string | null {
  const lower = path.toLowerCase();
  const parts = lower.split("/");
  const name = parts.at(-1) ?? "";
  if (parts[0] === OWN_FOLDER) return "where the judge keeps its own";
  if (parts.includes(".git")) return "git's own files";
  if (parts.some((part) => /\.(?:dist-info|egg-info)$/.test(part))) return "a package's metadata";
  if (infrastructure.has(name)) return "configures how tests run";
  if (name.endsWith(".pth")) return "configures Python's path";
  if (compiled.test(name) || parts.includes("__pycache__")) return "a compiled file";
  if (isTest(path, { testPaths })) return "a test";
  if (created && runner.test(lower)) return "stands in front of the test runner";
  return null;
}

/** Whether a file holds tests, by where it lies or what it is called. */
export function isTest(path: string, { testPaths }: PathPolicy): boolean {
  const parts = path.toLowerCase().split("/");
  return (
    testPaths.some((test) => path === test || path.startsWith(`${test}/`)) ||
    parts.slice(0, -1).some((part) => part === "test" || part === "tests") ||
    /^(?:test_.*|.*_test|tests?)\.py$/.test(parts.at(-1) ?? "")
  );
}
