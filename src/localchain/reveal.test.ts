import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Chain,
  decodeWeights,
  developmentKeypair,
  type Keypair,
  openChain,
  sealWeights,
  unseal,
  verifyPulse,
} from "../bittensor/index.ts";
import { systemClock as clock, silentLogger } from "../platform/index.ts";
import { startLocalChain } from "./index.ts";

const owner = developmentKeypair("Owner");
const [honest, copier, good, poor] = ["Honest", "Copier", "Good", "Poor"].map((name) =>
  developmentKeypair(name),
) as [Keypair, Keypair, Keypair, Keypair];
const TAO = 1_000_000_000n;
const netuid = 1;
const genesis = {
  owner: owner.address,
  ownerHotkey: developmentKeypair("OwnerHotkey").address,
  accounts: { [owner.address]: (10_000n * TAO).toString() },
  parameters: { tempo: 120, weightsSetRateLimit: 0, commitRevealEnabled: true, bondsMovingAverage: 0 },
};
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "reveal-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));
/** An epoch takes five seconds: on a busy machine, too, there is time to seal within one. */
const start = () => startLocalChain({ genesis, home, blockMs: 40, logger: silentLogger });

async function seals(chain: Chain, hotkey: Keypair, uids: number[], weights: number[]) {
  const terms = await chain.commitTerms(netuid);
  const sealed = sealWeights({ hotkey: hotkey.address, uids, weights, versionKey: 0 }, terms, { clock });
  await chain.commitTimelocked({ netuid, ...sealed }, hotkey);
  return sealed;
}
async function rowOf(chain: Chain, uid: number) {
  return (await chain.weights(netuid)).find((row) => row.uid === uid)?.weights;
}

test("two validators, and one copies what the other has set: by then it is too late", async () => {
  await using running = await start();
  const chain = openChain({ url: running.url, pollMs: 5 });
  await Promise.all(
    [honest, copier, good, poor].map(({ address }) => chain.register({ netuid, hotkey: address }, owner)),
  );
  const uids = new Map((await chain.metagraph(netuid)).neurons.map(({ hotkey, uid }) => [hotkey, uid]));
  const uidOf = ({ address }: Keypair) => uids.get(address) ?? -1;
  await chain.addStake({ netuid, hotkey: honest.address, amount: 1_000n * TAO }, owner);
  await chain.addStake({ netuid, hotkey: copier.address, amount: 500n * TAO }, owner);
  const next = async () => chain.untilEpoch(netuid, (await chain.head()).epoch.index + 1);
  const first = await next();
  const open = { netuid, uids: [uidOf(good)], weights: [1], versionKey: 0 };
  await expect(chain.setWeights(open, honest)).rejects.toMatchObject({ cause: "CommitRevealEnabled" });

  // epoch 1: the honest one says which miner is good. Whoever looks sees a ciphertext, in the log as on the wire
  const sealed = await seals(chain, honest, [uidOf(good)], [65_535]);
  await expect(chain.commitTimelocked({ netuid, ...sealed }, copier)).resolves.toBeDefined(); // as if it were his own
  expect(await chain.weights(netuid)).toEqual([]);
  const second = await next();
  expect(second.epoch.index).toBe(first.epoch.index + 1);
  expect(second.neurons.every(({ incentive }) => incentive === 0)).toBe(true);

  // epoch 2: it opens. The copier reads it, and seals the same; meanwhile the good one has become poor
  let seen = await rowOf(chain, uidOf(honest));
  while (seen === undefined) {
    await clock.sleep(10);
    seen = await rowOf(chain, uidOf(honest));
  }
  expect(seen).toEqual([[uidOf(good), 65_535]]);
  expect(await rowOf(chain, uidOf(copier))).toBeUndefined(); // another's ciphertext opened for nobody
  await seals(chain, copier, [uidOf(good)], [65_535]);
  await seals(chain, honest, [uidOf(poor)], [65_535]);
  const third = await next();
  const dividends = (graph: typeof third) =>
    [honest, copier].map(
      ({ address }) => graph.neurons.find(({ hotkey }) => hotkey === address)?.dividends ?? 0,
    );
  expect(third.neurons.find(({ hotkey }) => hotkey === good.address)?.incentive).toBe(65_535);
  expect(dividends(third)).toEqual([65_535, 0]); // what only he knew paid only him

  // epoch 3: both have opened; the copy is of a world that is gone, and consensus cuts it away
  const fourth = await next();
  const fifth = await next();
  expect(fourth.neurons.find(({ hotkey }) => hotkey === poor.address)?.incentive).toBe(65_535);
  for (const graph of [fourth, fifth]) expect(dividends(graph)).toEqual([65_535, 0]);

  // the log alone gives it all again, and whoever has the log can check each opening
  const lines = (await readFile(join(home, "blocks.jsonl"), "utf8")).trim().split("\n");
  const blocks = lines.map((line) => JSON.parse(line).block);
  const commits: string[] = blocks
    .flatMap(({ extrinsics = [] }) => extrinsics)
    .filter(({ extrinsic, error }) => extrinsic.call.call === "commit_timelocked_weights" && error === null)
    .map(({ extrinsic }) => extrinsic.call.commit);
  let opened = 0;
  for (const block of blocks)
    for (const { id, payload } of block.opened ?? []) {
      opened += 1;
      const texts = block.pulses.map(({ signature }: { signature: string }) =>
        unseal(Buffer.from(commits[id] ?? "", "hex"), signature),
      );
      const text = texts.find((found: Uint8Array | null) => found !== null);
      expect(text === undefined ? null : decodeWeights(text)).toEqual(payload);
      expect(block.pulses.every((pulse: never) => verifyPulse(pulse, blocks[0].beacon))).toBe(true);
    }
  expect(opened).toBe(4);
  const before = await chain.weights(netuid);
  await running[Symbol.asyncDispose]();
  await using again = await start();
  expect(await openChain({ url: again.url }).weights(netuid)).toEqual(before);
}, 30_000);

test("what is sealed in nonsense, or for a round that never comes, harms nobody", async () => {
  await using running = await start();
  const chain = openChain({ url: running.url, pollMs: 5 });
  await Promise.all([honest, good].map(({ address }) => chain.register({ netuid, hotkey: address }, owner)));
  await chain.addStake({ netuid, hotkey: honest.address, amount: TAO }, owner);
  await chain.untilEpoch(netuid, 1);
  const version = 4;
  for (const [commit, revealRound] of [
    [Buffer.alloc(0), 1],
    [Buffer.alloc(5_000, 0xff), 1],
    [Buffer.from(`c0${"00".repeat(300)}`, "hex"), 2],
    [Buffer.alloc(300), 0],
    [Buffer.alloc(300), Number.MAX_SAFE_INTEGER],
  ] as const)
    await chain.commitTimelocked({ netuid, commit, revealRound, version }, good);
  await expect(
    chain.commitTimelocked({ netuid, commit: Buffer.alloc(5_001), revealRound: 1, version }, good),
  ).rejects.toMatchObject({ code: "chain-refused" });
  const { uid } = (await chain.metagraph(netuid)).neurons.find(({ hotkey }) => hotkey === good.address) ?? {
    uid: 0,
  };
  await seals(chain, honest, [uid], [1]);
  const paid = await chain.untilEpoch(netuid, 3);
  expect(paid.neurons[uid]?.incentive).toBe(65_535);
}, 30_000);
