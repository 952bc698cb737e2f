import { decodeText, isTest } from "../patch/index.ts";
import { type Blobs, TaoceptionError } from "../platform/index.ts";
import { type Task, Tree } from "../protocol/index.ts";
import { isLeftover } from "./leftovers.ts";

/** A task's released tree and its base state (the release with the defect), as far as they are asked for. */
export interface State {
  /** Path to bytes of what the base state changes in the release; null for what a build left there, which no patch may find. */
  baseChanges: Readonly<Record<string, Uint8Array | null>>;
  /** Paths of the base state. */
  paths: ReadonlySet<string>;
  /** A file of the base state, undefined where there is none. */
  base(path: string): Promise<Uint8Array | undefined>;
  /** The same file in the release. */
  release(path: string): Promise<Uint8Array | undefined>;
}

/** Open the state of a task; the tree's record lies in the blobs under the tree's hash. */
export async function openState(
  task: Pick<Task, "releaseTree" | "baseChanges" | "context">,
  { blobs }: { blobs: Pick<Blobs, "get"> },
): Promise<State> {
  const record = decodeText(await blobs.get(task.releaseTree)).text;
  const tree = parseTree(record, task.releaseTree);
  const baseChanges: Record<string, Uint8Array | null> = {};
  const isTestData = (path: string) => /\.(?:whl|egg)$/.test(path) && isTest(path, task.context);
  for (const path of Object.keys(tree)) if (isLeftover(path) && !isTestData(path)) baseChanges[path] = null;
  for (const [path, hash] of Object.entries(task.baseChanges)) baseChanges[path] = await blobs.get(hash);
  const release = async (path: string) => {
    const file = Object.hasOwn(tree, path) ? tree[path] : undefined;
    return file && blobs.get(file.hash);
  };
  return {
    baseChanges,
    paths: new Set(
      [...Object.keys(tree), ...Object.keys(baseChanges)].filter((path) => baseChanges[path] !== null),
    ),
    base: async (path) =>
      Object.hasOwn(baseChanges, path) ? (baseChanges[path] ?? undefined) : release(path),
    release,
  };
}

function parseTree(record: string, name: string): Tree {
  try {
    return Tree.parse(JSON.parse(record));
  } catch (cause) {
    throw new TaoceptionError("no-tree", `blob ${name} is not the record of a tree`, { cause });
  }
}
