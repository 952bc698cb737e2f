import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test } from "vitest";
import { add } from "../../src/cli/commands/chain.ts";
import { sampleRuntime } from "../../src/runtime/sampleRuntime.ts";
import { openWire } from "./wire.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "chain-runtime-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("chain run makes a chain of a runtime that is given, tells where it answers, and ends with the signal", async () => {
  const path = join(folder, "runtime.wasm");
  await writeFile(path, sampleRuntime);
  const stop = new AbortController();
  const argv = ["chain", "run", "--chain.runtime", path, "--block-ms", "0"];
  const program = new Command().exitOverride();
  const printed = Promise.withResolvers<string>();
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    printed.resolve(String(chunk));
    done();
  };
  const stdout = new Writable({ write }) as unknown as NodeJS.WriteStream;
  add(program, {
    argv,
    environment: {},
    stdin: Readable.from([]),
    stdout,
    stderr: stdout,
    signal: stop.signal,
  });
  const done = program.parseAsync(argv, { from: "user" });
  await Promise.race([done, printed.promise]);
  const { url, port, genesisHash, specName, specVersion } = JSON.parse(await printed.promise);
  expect([url, specName, specVersion]).toEqual([`ws://127.0.0.1:${port}`, "sample", 7]);
  const wire = await openWire(url);
  expect(await wire.ask("chain_getBlockHash", 0)).toBe(genesisHash);
  stop.abort();
  await done;
  await wire.closed;
});
