import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { treeHash } from "../protocol/index.ts";
import { type Blobs, openBlobs, packTree, unpackTree } from "./index.ts";

let folder = "";
let blobs: Blobs;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taoception-test-"));
  blobs = openBlobs(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
const limits = { maxBytes: 10_000, maxFiles: 10 };

test("a tree survives the way through an archive", async () => {
  const tree = {
    "a/b.py": { hash: await blobs.put("x = 1\n"), executable: false },
    run: { hash: await blobs.put("#!/bin/sh\n"), executable: true },
    empty: { hash: await blobs.put(""), executable: false },
  };
  const archive = await buffer(packTree(tree, blobs));
  expect(treeHash(await unpackTree(archive, blobs, limits))).toBe(treeHash(tree));
});

async function tarOf(
  ...entries: [Parameters<ReturnType<typeof pack>["entry"]>[0], string][]
): Promise<Uint8Array> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

test.each([
  ["a way out", [{ name: "../evil" }, "x"]],
  ["an absolute path", [{ name: "/etc/evil" }, "x"]],
  ["a link", [{ name: "link", type: "symlink", linkname: "/etc/passwd" }, ""]],
  ["too many bytes", [{ name: "big" }, "x".repeat(20_000)]],
] as const)("%s is refused", async (_, entry) => {
  const archive = await tarOf(entry as never);
  await expect(unpackTree(archive, blobs, limits)).rejects.toMatchObject({ code: "bad-archive" });
});

test("a torn archive is refused", async () => {
  const whole = await tarOf([{ name: "a" }, "hello"]);
  await expect(unpackTree(whole.subarray(0, whole.length - 12), blobs, limits)).rejects.toMatchObject({
    code: "bad-archive",
  });
  await expect(unpackTree(Buffer.from("not gzip"), blobs, limits)).rejects.toMatchObject({
    code: "bad-archive",
  });
});
