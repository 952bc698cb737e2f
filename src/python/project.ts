import type { Context, Hash, Package, Tree } from "../protocol/index.ts";

/**
 * Where a project comes from: a release on the package index, or any local folder. The release `cpython-<module>` is
 * a module of the interpreter's standard library, where that came with its tests.
 */
export type Source = { kind: "release"; name: string; version?: string } | { kind: "folder"; path: string };

/** A stable, fast, passing test on the pristine tree. `file` is relative to the tree's root. */
export interface KnownTest {
  id: string;
  file: string;
  /** Longest of the baseline runs, set-up and tear-down included. */
  ms: number;
}

/** A project ready to be changed and tested. */
export interface Project {
  package: Package;
  context: Context;
  tree: Tree;
  treeHash: Hash;
  /** Host folder with the released tree, read-only, under `<cache>/trees`. */
  folder: string;
  /** Dependencies and pytest, never the project. `lock` is sorted `name==version` lines. */
  environment: { hash: Hash; lock: string; folder: string };
  /** Host folder with the project's own dist-info where the tree cannot hold it, else null. */
  metadata: string | null;
  /** When the release was published (a folder: when it was read). */
  releasedAt: string;
  tests: KnownTest[];
  excluded: { id: string; reason: string }[];
  /** Files that building made and the source distribution lacks (a version file, metadata), relative to the tree. */
  generated: string[];
}

/** What preparing came to. A package that cannot be prepared is data: where it ended, why, and the end of the log. */
export type Prepared =
  | { ok: true; project: Project }
  | {
      ok: false;
      stage: "fetch" | "build" | "install" | "collect" | "baseline";
      reason: string;
      log: string;
    };
