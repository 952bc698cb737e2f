import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersAt, cachedPackages } from "./cached.ts";
import { rememberRelease } from "./memory.ts";

test("only what was fetched before is there without the index", async () => {
  const cache = await mkdtemp(join(tmpdir(), "cached-"));
  const candidate = { version: "1.0", filename: "toolz-1.0.tar.gz", url: "", sha256: null, uploadedAt: null };
  await mkdir(join(cache, "pypi"));
  await rememberRelease(join(cache, "pypi"), "toolz", {
    candidate: { ...candidate, requiresPython: "", size: null, pureWheel: null },
    hosts: [],
    sdist: "0".repeat(64),
  });
  expect(await cachedPackages([{ name: "toolz" }, { name: "boltons" }], cache)).toEqual([{ name: "toolz" }]);
  expect(await cachedPackages([{ name: "toolz" }], join(cache, "nowhere"))).toEqual([]);
  await rm(cache, { recursive: true });
});

test("an index answers, or does not", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const urls = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`];
  expect(await answersAt({ urls })).toBe(true);
  await new Promise((done) => server.close(done));
  expect(await answersAt({ urls })).toBe(false);
});
