import type { Blobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { readSource } from "../python/index.ts";
import { linesOf } from "./lines.ts";

/** Code whose result tells of the hour, of chance, or of the machine, and may be another one when it is judged. */
const fickle =
  /\.(?:now|utcnow|today)\(|\b(?:time|date|datetime)\.(?:time|time_ns|now|monotonic|perf_counter|localtime|gmtime|strftime)\b|\b(?:random|secrets|uuid|platform|socket|tempfile|getpass|locale)\.\w|\bos\.(?:environ|getenv|getcwd|getpid|urandom|cpu_count|uname|getlogin|listdir|walk|scandir)\b|\bsys\.(?:version\w*|platform|executable|path|argv|getsizeof)\b|\b(?:expanduser|getmtime|open)\(/;

/** Tells whether what was executed gives the same result at any time and place, as far as its lines show. */
export function openSteadiness(tree: Tree, blobs: Pick<Blobs, "get">) {
  const known = new Map<string, Promise<ReadonlySet<number>>>();
  const fickleLines = async (path: string) => {
    const entry = tree[path];
    const source = entry && readSource(await blobs.get(entry.hash));
    const lines = (source?.text ?? "").split("\n");
    return new Set(lines.flatMap((line, at) => (fickle.test(line) ? [at + 1] : [])));
  };
  return async (executed: ReadonlyMap<string, Uint8Array>): Promise<boolean> => {
    for (const [path, bits] of executed) {
      const bad = known.get(path) ?? fickleLines(path);
      known.set(path, bad);
      const lines = await bad;
      if (lines.size > 0 && linesOf(bits).some((line) => lines.has(line))) return false;
    }
    return true;
  };
}
