import type { Hash, Package, Tree } from "../protocol/index.ts";
import type { Wheel } from "../pypi/index.ts";
import type { Shape } from "./shape.ts";

/** The files of a source, and what is known of them before anything is built. */
export interface Opened {
  package: Package;
  tree: Tree;
  /** What the result is remembered under: the release's bytes, or the folder's tree. */
  identity: Hash;
  releasedAt: string;
  /** The day to which dependencies are pinned; null where nobody knows. */
  before: string | null;
  /** For a release, whether the index has a wheel for any platform; null when it has none at all, or for a folder. */
  pureWheel: boolean | null;
  /** What building it would tell, where that is known without. */
  built?: { wheel: Wheel; shape: Shape };
}
export type Opening =
  | ({ ok: true } & Opened)
  | { ok: false; package: Package; stage: "fetch" | "build"; reason: string };
