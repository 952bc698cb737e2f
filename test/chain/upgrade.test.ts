import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { developmentKeypair, openChain } from "../../src/bittensor/index.ts";
import type { RuntimeChain } from "../../src/runtimechain/index.ts";
import { account, missing, openRealChain } from "./realChain.ts";

if (missing) console.warn(`test/chain/upgrade.test.ts is skipped: ${missing}`);
const MAGIC = 8;

/**
 * The same runtime as its own successor. Its version lies in its data as three numbers of 32 bits in a row, and in its
 * code as one of 64 bits, with the version of its transactions above it (`i64.const`, LEB128 of seven bits a byte).
 */
function successor(code: Uint8Array, version: RuntimeChain["version"]) {
  const { authoringVersion, specVersion, implVersion, transactionVersion } = version;
  const data = (spec: number) => Buffer.from(Uint32Array.of(authoringVersion, spec, implVersion).buffer);
  const constant = (spec: number) => {
    const both = (BigInt(transactionVersion) << 32n) | BigInt(spec);
    return Buffer.from([
      0x42,
      ...[0n, 7n, 14n, 21n].map((by) => Number((both >> by) & 0x7fn) | 0x80),
      Number(both >> 28n),
    ]);
  };
  const wasm = zstdDecompressSync(code.subarray(MAGIC));
  for (const form of [data, constant]) {
    const places: number[] = [];
    for (let at = wasm.indexOf(form(specVersion)); at >= 0; at = wasm.indexOf(form(specVersion), at + 1))
      places.push(at);
    expect(places).not.toEqual([]);
    for (const at of places) form(specVersion + 1).copy(wasm, at);
  }
  return Buffer.concat([code.subarray(0, MAGIC), zstdCompressSync(wasm)]);
}

test.skipIf(missing)(
  missing
    ? `skipped: ${missing}`
    : "an upgrade of the runtime while calls are made: each is done, by the one or the other",
  async () => {
    await using real = await openRealChain({ blockMs: 250 });
    const { api, chain, put } = real;
    const ends = new AbortController();
    const client = openChain({ url: chain.url, pollMs: 50, signal: ends.signal });
    const alice = developmentKeypair("Alice");
    const bob = developmentKeypair("Bob", "ed25519");
    const { specVersion } = chain.version;
    const offered = () => client.triggerEpoch({ netuid: 1 }, alice);
    await expect(offered()).rejects.toThrow(`(node-subtensor ${specVersion})`);

    const versionNow = () => chain.node.runtimeOf(chain.node.blocks.finalized()).version.specVersion;
    const code = successor(chain.node.spec.code, chain.version);
    const upgrade = put(
      api.tx.Sudo.sudo({ call: api.tx.System.set_code({ code }).decodedCall }),
      account("Alice"),
      0,
    );
    // Bob has no TAO: each of his calls is in a block, and fails there by name
    let calls = 0;
    for (let after = 0; after < 2 && calls < 40; calls += 1) {
      if (versionNow() > specVersion) after += 1;
      const call = client.setWeights({ netuid: 1, uids: [0], weights: [1], versionKey: 0 }, bob);
      await expect(call).rejects.toMatchObject({ cause: "HotKeyNotRegisteredInSubNet" });
    }
    await upgrade;
    expect(calls).toBeGreaterThan(2);
    expect((await client.metagraph(1)).netuid).toBe(1);
    await expect(offered()).rejects.toThrow(`(node-subtensor ${specVersion + 1})`);
    ends.abort();
  },
);
