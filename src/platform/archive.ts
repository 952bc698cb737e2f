import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import { type Tree, TreePath } from "../protocol/index.ts";
import type { Blobs } from "./blobs.ts";
import { TaoceptionError } from "./errors.ts";

/** A tree as a gzipped tar, made while it is read: nothing is stored twice. */
export function packTree(tree: Tree, blobs: Blobs): NodeJS.ReadableStream {
  const archive = pack();
  const zipped = archive.pipe(createGzip({ level: 6 }));
  const fill = async () => {
    for (const path of Object.keys(tree).sort()) {
      const entry = tree[path];
      if (!entry) continue;
      const bytes = await blobs.get(entry.hash);
      archive.entry(
        { name: path, mode: entry.executable ? 0o755 : 0o644, mtime: new Date(0) },
        Buffer.from(bytes),
      );
    }
    archive.finalize();
  };
  fill().catch((error: Error) => zipped.destroy(error));
  return zipped;
}

/**
 * Read a gzipped tar into blobs. Untrusted: a path outside the tree, a link, a special file, or more than
 * `maxBytes` (unpacked) or `maxFiles` is a TaoceptionError `bad-archive`.
 */
export async function unpackTree(
  archive: Uint8Array,
  blobs: Blobs,
  { maxBytes, maxFiles }: { maxBytes: number; maxFiles: number },
): Promise<Tree> {
  const tree: Tree = {};
  const entries = extract();
  let bytes = 0;
  let files = 0;
  const read = async () => {
    for await (const entry of entries) {
      const { name, type, mode } = entry.header;
      if (type === "directory") {
        entry.resume();
        continue;
      }
      if (type !== "file") throw bad(`${name} is a ${type}`);
      if (!TreePath.safeParse(name).success)
        throw bad(`${JSON.stringify(name)} is not a plain relative path`);
      files += 1;
      if (files > maxFiles) throw bad(`more than ${maxFiles} files`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw bad(`more than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      tree[name] = { hash: await blobs.put(Buffer.concat(chunks)), executable: ((mode ?? 0) & 0o111) !== 0 };
    }
  };
  const gunzip = createGunzip();
  const feed = pipeline(gunzip, entries);
  gunzip.end(archive);
  try {
    await Promise.all([feed, read()]);
  } catch (cause) {
    entries.destroy();
    gunzip.destroy();
    if (cause instanceof TaoceptionError) throw cause;
    throw new TaoceptionError("bad-archive", "the archive cannot be read", { cause });
  }
  return tree;
}

function bad(why: string): TaoceptionError {
  return new TaoceptionError("bad-archive", `the archive is refused: ${why}`);
}
