import { isLeftover } from "../evaluation/index.ts";
import type { Blobs } from "../platform/index.ts";
import { canonicalJson, type Hash, type Tree } from "../protocol/index.ts";
import { type Changes, type Project, readSource, type Tester, writeSource } from "../python/index.ts";
import { cutFunctions, functionOf } from "./cut.ts";
import { within } from "./within.ts";

/** Tests of the cut files that are run to see that what is left still works. */
const REST = { most: 200, ms: 2_000 };

/**
 * The tree that a miner gets: the base state without the hidden tests. Each is cut out of its file; where that
 * cannot be done, or the rest of the file would no longer be collected or pass, the whole file goes.
 */
export async function makeChallengeTree(
  project: Pick<Project, "tree" | "tests">,
  { base, failToPass }: { base: Changes; failToPass: readonly string[] },
  {
    tester,
    blobs,
    signal,
  }: { tester: Pick<Tester, "run">; blobs: Pick<Blobs, "get" | "put">; signal?: AbortSignal | undefined },
): Promise<Hash> {
  const byFile = Map.groupBy(failToPass, (id) => id.split("::")[0] ?? "");
  const cut: Record<string, Uint8Array | null> = {};
  const rest = [];
  for (const [path, ids] of byFile) {
    const gone = new Set(ids.map(functionOf));
    const left = project.tests.filter(({ id, file }) => file === path && !gone.has(functionOf(id)));
    const entry = project.tree[path];
    const bytes = entry && left.length > 0 ? await without([...gone], await blobs.get(entry.hash)) : null;
    cut[path] = bytes;
    if (bytes) rest.push(...left);
  }
  const kept = within(
    rest.toSorted((a, b) => a.ms - b.ms),
    REST,
  );
  if (kept.length > 0) {
    const job = { changes: { ...base, ...cut }, tests: kept.map(({ id }) => id) };
    const run = await tester.run(job, signal ? { signal } : {});
    for (const { id, file } of kept) if (!run.complete || run.outcomes[id] !== "passed") cut[file] = null;
  }
  const tree: Tree = {};
  for (const [path, entry] of Object.entries(project.tree)) {
    const bytes = Object.hasOwn(cut, path) ? cut[path] : base[path];
    if (isLeftover(path) || bytes === null) continue;
    tree[path] = bytes === undefined ? entry : { ...entry, hash: await blobs.put(bytes) };
  }
  return blobs.put(canonicalJson(tree));
}

/** A test file's bytes without some of its functions; null where they cannot be cut out. */
async function without(functions: readonly string[], bytes: Uint8Array): Promise<Uint8Array | null> {
  const source = readSource(bytes);
  const text = source && (await cutFunctions(source.text, functions));
  return source && typeof text === "string" ? writeSource({ ...source, text }) : null;
}
