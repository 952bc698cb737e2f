import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { type Blobs, TaoceptionError } from "../platform/index.ts";
import { type Tree, TreePath } from "../protocol/index.ts";
import { readZip } from "./zip.ts";

export interface Unpacked {
  tree: Tree;
  /** Links and special files that were left out, with their kind. */
  skipped: string[];
}

export interface UnpackLimits {
  /** Unpacked, all files together. */
  maxBytes: number;
  maxFiles: number;
}

/**
 * Read a source distribution (.tar.gz or .zip) into blobs; the single top folder, where there is one, is
 * taken off. Untrusted: a path out of the tree, too many bytes or files, two files of one name or a broken
 * archive are a TaoceptionError `bad-archive`; links and special files are left out.
 */
export async function unpackSdist(
  bytes: Uint8Array,
  filename: string,
  blobs: Blobs,
  limits: UnpackLimits,
): Promise<Unpacked> {
  const collected = collector(blobs, limits);
  if (filename.endsWith(".zip")) {
    for (const entry of readZip(bytes)) {
      if (entry.name.endsWith("/")) continue;
      const kind = (entry.mode & 0o170000) === 0o120000 ? "symlink" : "file";
      if (!collected.wants(entry.name, kind)) continue;
      collected.claim(entry.size);
      await collected.add(entry.name, entry.read(), (entry.mode & 0o111) !== 0);
    }
  } else await readTar(bytes, collected);
  return collected.finish();
}

function collector(blobs: Blobs, { maxBytes, maxFiles }: UnpackLimits) {
  const files = new Map<string, Tree[string]>();
  const skipped: string[] = [];
  let size = 0;
  let entries = 0;
  return {
    wants(name: string, kind: string): boolean {
      entries += 1;
      if (entries > maxFiles * 2) throw bad(`more than ${maxFiles} files`);
      if (kind === "directory" || /^(pax|gnu)-/.test(kind)) return false;
      if (kind !== "file" && kind !== "contiguous-file") {
        if (skipped.length < 100) skipped.push(`${name.slice(0, 200)} (${kind})`);
        return false;
      }
      return true;
    },
    claim(bytes: number): void {
      size += bytes;
      if (size > maxBytes) throw bad(`more than ${maxBytes} bytes`);
    },
    async add(name: string, bytes: Uint8Array, executable: boolean): Promise<void> {
      const path = name.replace(/^(?:\.\/+)+/, "").replace(/\/{2,}/g, "/");
      if (!TreePath.safeParse(path).success)
        throw bad(`${JSON.stringify(path)} is not a plain relative path`);
      if (files.size >= maxFiles) throw bad(`more than ${maxFiles} files`);
      files.set(path, { hash: await blobs.put(bytes), executable });
    },
    finish(): Unpacked {
      const tops = new Set([...files.keys()].map((path) => path.split("/")[0] ?? ""));
      const [top] = tops;
      const strip = tops.size === 1 && top !== undefined && !files.has(top) ? top.length + 1 : 0;
      const tree: Tree = {};
      for (const path of [...files.keys()].sort()) {
        const entry = files.get(path);
        if (entry) tree[path.slice(strip)] = entry;
      }
      const clash = Object.keys(tree).find((path) =>
        path.split("/").some((_, depth, parts) => depth > 0 && tree[parts.slice(0, depth).join("/")]),
      );
      if (clash !== undefined) throw bad(`${clash} lies under a file`);
      return { tree, skipped };
    },
  };
}

async function readTar(bytes: Uint8Array, collected: ReturnType<typeof collector>): Promise<void> {
  const entries = extract();
  const read = async () => {
    for await (const entry of entries) {
      const { name, type, mode } = entry.header;
      if (!collected.wants(name, type ?? "file")) {
        entry.resume();
        continue;
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) {
        collected.claim(chunk.length);
        chunks.push(chunk);
      }
      await collected.add(name, Buffer.concat(chunks), ((mode ?? 0) & 0o111) !== 0);
    }
  };
  const gunzip = createGunzip();
  const feed = pipeline(gunzip, entries);
  gunzip.end(bytes);
  try {
    await Promise.all([feed, read()]);
  } catch (cause) {
    entries.destroy();
    gunzip.destroy();
    await feed.catch(() => {});
    if (cause instanceof TaoceptionError) throw cause;
    throw new TaoceptionError("bad-archive", "the archive cannot be read", { cause });
  }
}

function bad(why: string): TaoceptionError {
  return new TaoceptionError("bad-archive", `the archive is refused: ${why}`);
}
