import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keypairFromSeed, openChain } from "../../bittensor/index.ts";
import { startLocalChain } from "../../localchain/index.ts";
import { silentLogger } from "../../platform/index.ts";
import { main } from "../main.ts";

const [rich, miner] = [keypairFromSeed(Buffer.alloc(32, 1)), keypairFromSeed(Buffer.alloc(32, 2))];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "paying-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Run a command line; what it printed, where, and its exit code. */
async function call(...argv: string[]) {
  const printed = { out: "", err: "" };
  const into = (name: "out" | "err") =>
    new Writable({
      write(chunk, _, done) {
        printed[name] += chunk;
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const [stdout, stderr] = [into("out"), into("err")];
  const stdin = Readable.from([]);
  const code = await main({
    argv,
    environment: {},
    stdin,
    stdout,
    stderr,
    signal: AbortSignal.timeout(20_000),
  });
  return { code, ...printed };
}
async function keyfile(byte: number): Promise<string> {
  const path = join(folder, `key-${byte}`);
  await writeFile(path, JSON.stringify({ secretSeed: `0x${Buffer.alloc(32, byte).toString("hex")}` }));
  return path;
}

test("TAO changes hands and texts are published, and what the chain refuses is told by its name", async () => {
  const genesis = {
    ...{ owner: rich.address, ownerHotkey: miner.address },
    accounts: { [rich.address]: "5000000000" },
  };
  await using running = await startLocalChain({
    genesis,
    home: join(folder, "chain"),
    blockMs: 20,
    logger: silentLogger,
  });
  const coldkey = await keyfile(1);
  const pay = (...more: string[]) =>
    call("chain", "transfer", "--url", running.url, "--coldkey", coldkey, "--to", miner.address, ...more);
  expect(await pay("--tao", "1.5")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/was given 1\.5 TAO in block \d+; 3\.5 TAO are left\n$/),
  });
  expect(JSON.parse((await pay("--tao", "0.5", "--json")).out)).toMatchObject({
    balances: { from: "3000000000", to: "2000000000" },
  });
  expect(await pay("--tao", "3")).toMatchObject({ code: 1, err: expect.stringContaining("NotExpendable") });
  expect(await pay("--tao", "4")).toMatchObject({
    code: 1,
    err: expect.stringContaining("FundsUnavailable"),
  });
  expect(
    await call(
      "chain",
      "transfer",
      "--url",
      running.url,
      "--coldkey",
      coldkey,
      "--to",
      "nobody",
      "--tao",
      "1",
    ),
  ).toMatchObject({ code: 2, err: "taoception: --to: give an SS58 address\n" });

  const chain = openChain({ url: running.url, pollMs: 5 });
  await chain.register({ netuid: 1, hotkey: miner.address }, rich);
  const commitment = (...more: string[]) =>
    call("chain", "commitment", "--url", running.url, "--netuid", "1", ...more);
  const hotkey = await keyfile(2);
  expect(await commitment("--of", miner.address)).toMatchObject({
    out: `${miner.address} has published nothing\n`,
  });
  expect(await commitment("--hotkey", hotkey, "--text", 'agent "v2"\n')).toMatchObject({ code: 0 });
  expect((await commitment("--of", miner.address)).out).toContain('Raw "agent \\"v2\\"\\n"\n');
  expect(JSON.parse((await commitment("--of", miner.address, "--json")).out)).toMatchObject({
    fields: [{ kind: "Raw", value: Buffer.from('agent "v2"\n').toString("hex") }],
  });
  expect(await commitment("--hotkey", coldkey, "--text", "x")).toMatchObject({
    code: 1,
    err: expect.stringContaining("AccountNotAllowedCommit"),
  });
  for (const wrong of [
    [],
    ["--of", miner.address, "--text", "x"],
    ["--hotkey", hotkey],
    ["--hotkey", hotkey, "--text", "x".repeat(129)],
  ])
    expect(await commitment(...wrong)).toMatchObject({ code: 2, out: "" });
});
