import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { treeHash } from "../protocol/index.ts";
import {
  openBlobs,
  retry,
  runChild,
  Secret,
  storeFolder,
  TaoceptionError,
  testClock,
  writeTree,
} from "./index.ts";

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});
async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "taoception-test-"));
  folders.push(folder);
  return folder;
}

test("a folder goes through the blob store and comes back with the same hash", async () => {
  const folder = await temporary();
  const blobs = openBlobs(join(folder, "blobs"));
  await writeFile(join(folder, "a.py"), "x = 1\r\n");
  const tree = await storeFolder(folder, blobs, (path) => path.endsWith(".py"));
  await writeTree(tree, join(folder, "copy"), blobs);
  expect(await readFile(join(folder, "copy", "a.py"), "utf8")).toBe("x = 1\r\n");
  expect(treeHash(await storeFolder(join(folder, "copy"), blobs))).toBe(treeHash(tree));
});

test("a changed blob is refused", async () => {
  const folder = await temporary();
  const blobs = openBlobs(folder);
  const hash = await blobs.put("one");
  const other = await blobs.put("two");
  await writeFile(
    join(folder, hash.slice(0, 2), hash),
    await readFile(join(folder, other.slice(0, 2), other)),
  );
  await expect(blobs.get(hash)).rejects.toMatchObject({ code: "corrupt-blob" });
});

test("a child that hangs is killed with its children, and its output is bounded", async () => {
  const slow = await runChild(["/bin/sh", "-c", "sleep 30 & sleep 30"], { timeoutMs: 200 });
  expect(slow).toMatchObject({ timedOut: true, exitCode: null, signal: "SIGKILL" });
  const loud = await runChild(["/bin/sh", "-c", "yes | head -c 100000"], {
    outputBytes: 1000,
    env: { PATH: "/bin:/usr/bin" },
  });
  expect(loud.stdout.length).toBe(1000);
  expect(loud.truncated).toBe(true);
  await expect(runChild(["/no/such/program"])).rejects.toMatchObject({ code: "missing-program" });
});

test("only a retryable error is tried again", async () => {
  const clock = testClock();
  let tries = 0;
  const run = retry(
    async () => {
      tries += 1;
      throw new TaoceptionError("busy", "busy", { retryable: tries < 2 });
    },
    { times: 5, firstMs: 10, clock },
  );
  const refused = expect(run).rejects.toMatchObject({ code: "busy" });
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(10);
  await refused;
  expect(tries).toBe(2);
});

test("a secret does not print", () => {
  expect(`${new Secret("s3cr3t")} ${JSON.stringify({ key: new Secret("s3cr3t") })}`).not.toContain("s3cr3t");
});
