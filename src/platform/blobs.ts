import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { type Hash, hashBytes, type Tree } from "../protocol/index.ts";
import { TaoceptionError } from "./errors.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Bytes by their sha256, in a folder. Writing is atomic; reading checks the hash. */
export interface Blobs {
  put(bytes: Uint8Array | string): Promise<Hash>;
  get(hash: Hash): Promise<Uint8Array>;
  has(hash: Hash): Promise<boolean>;
  remove(hash: Hash): Promise<void>;
}

/** Open (and make) a blob store. Blobs lie compressed at `<folder>/<first two of the hash>/<hash>`. */
export function openBlobs(folder: string): Blobs {
  const place = (hash: Hash) => join(folder, hash.slice(0, 2), hash);
  return {
    async put(bytes) {
      const raw = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
      const hash = hashBytes(raw);
      const path = place(hash);
      if (await exists(path)) return hash;
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, await compress(raw));
      return hash;
    },
    async get(hash) {
      let packed: Uint8Array;
      try {
        packed = await readFile(place(hash));
      } catch (cause) {
        throw new TaoceptionError("missing-blob", `no blob ${hash}`, { cause });
      }
      const raw = await decompress(packed);
      if (hashBytes(raw) !== hash)
        throw new TaoceptionError("corrupt-blob", `blob ${hash} does not match its name`);
      return raw;
    },
    has: (hash) => exists(place(hash)),
    remove: (hash) => rm(place(hash), { force: true }),
  };
}

/** Blobs of two stores as one: what is put goes into `own`, what is there in either is found. */
export function blobsOver(own: Blobs, shared: Pick<Blobs, "get" | "has">): Blobs {
  return {
    put: own.put,
    get: async (hash) => ((await own.has(hash)) ? own.get(hash) : shared.get(hash)),
    has: async (hash) => (await own.has(hash)) || shared.has(hash),
    remove: own.remove,
  };
}

/** Write a file so that it is there whole, on disk, or not at all. */
export async function writeAtomically(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  const file = await open(beside, "wx", mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

/** Read a folder's regular files into blobs; links and special files are left out, as is what `keep` refuses. */
export async function storeFolder(
  folder: string,
  blobs: Blobs,
  keep: (path: string) => boolean = () => true,
): Promise<Tree> {
  const tree: Tree = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(folder.length + 1);
    if (!keep(path)) continue;
    const { mode } = await stat(full);
    tree[path] = { hash: await blobs.put(await readFile(full)), executable: (mode & 0o111) !== 0 };
  }
  return tree;
}

/** Write a tree into a folder that must not exist yet; it appears whole or not at all, readable by everybody. */
export async function writeTree(tree: Tree, folder: string, blobs: Blobs): Promise<void> {
  const beside = `${folder}.${randomBytes(6).toString("hex")}.part`;
  await mkdir(beside, { recursive: true });
  try {
    const folders = new Set([beside]);
    for (const [path, { hash, executable }] of Object.entries(tree)) {
      const file = join(beside, path);
      await mkdir(dirname(file), { recursive: true });
      for (let at = dirname(file); !folders.has(at); at = dirname(at)) folders.add(at);
      await writeFile(file, await blobs.get(hash));
      await chmod(file, executable ? 0o755 : 0o644); // whatever the umask is
    }
    for (const each of folders) await chmod(each, 0o755);
    await rename(beside, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error; // somebody else was first with the same tree
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
