import { z } from "zod";
import { Hash, hashValue } from "./hash.ts";

/** A relative POSIX path inside a tree: no empty, `.` or `..` part, no leading slash, no NUL or backslash. */
export const TreePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) =>
      !path.includes("\\") &&
      [...path].every((character) => character >= " ") &&
      path.split("/").every((part) => part !== "" && part !== "." && part !== ".."),
    "not a plain relative path",
  );

/** A folder's content: path to blob. Only regular files; a tree's name is the hash of this record. */
export const Tree = z.record(TreePath, z.object({ hash: Hash, executable: z.boolean() }));
export type Tree = z.infer<typeof Tree>;

/** The content hash of a tree: equal files at equal paths give equal hashes, whatever the machine. */
export function treeHash(tree: Tree): Hash {
  return hashValue(tree);
}
