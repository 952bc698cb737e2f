import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  developmentKeypair,
  type Keypair,
  type Metagraph,
  route,
  type Sent,
  type sendLegacy,
  sendSigned,
  type serveLegacy,
  serveSigned,
} from "../bittensor/index.ts";
import { openBlobs, packTree, silentLogger, systemClock } from "../platform/index.ts";
import { type Challenge, Commit, hashBytes, Reveal, type Tree, treeHash } from "../protocol/index.ts";

const source = `"""Baskets."""


def total(prices, discount=0):
    amount = 0
    for price in prices:
        if price < 0:
            raise ValueError("negative price")
        amount += price
    return amount + discount
`;
const statement =
  "A discount makes it dearer\n\n```python\nfrom basket import total\nassert total([5, 5], 1) == 9\n```\n";

/**
 * A validator for tests: serves one tree, keeps what it hears, and knows a chain on which it and a miner stand. It
 * speaks btauth/1 unless told otherwise.
 */
export async function openSampleValidator(
  folder: string,
  miner: Keypair,
  { serve, send }: { serve: typeof serveLegacy; send: typeof sendLegacy } = {
    serve: serveSigned,
    send: sendSigned,
  },
) {
  const keypair = developmentKeypair("Alice");
  await mkdir(folder, { recursive: true });
  const blobs = openBlobs(join(folder, "blobs"));
  const tree: Tree = { "basket.py": { hash: await blobs.put(source), executable: false } };
  const heard: ({ path: "commit"; body: Commit } | { path: "reveal"; body: Reveal })[] = [];
  const chain = {
    stake: 5_000_000_000_000n,
    permit: false,
    reads: 0,
    axon: undefined as { host: string; port: number } | undefined,
  };
  /** What is answered to commits and reveals instead of 200; null drops the message. */
  const answers: { commit: number; reveal: number } = { commit: 200, reveal: 200 };
  const state = { archive: undefined as Uint8Array | undefined, closed: true };
  const server = await serve({
    keypair,
    admit: (hotkey) => hotkey === miner.address,
    clock: systemClock,
    logger: silentLogger,
    routes: [
      route({
        method: "GET",
        path: "/tree/:hash",
        handle: ({ parameters }) => {
          if (parameters.hash !== treeHash(tree)) return { status: 404, json: {} };
          if (state.archive) return { status: 200, bytes: state.archive };
          return { status: 200, stream: Readable.from(packTree(tree, blobs)) };
        },
      }),
      route({
        method: "POST",
        path: "/commit",
        body: Commit,
        handle: ({ body }) => {
          heard.push({ path: "commit", body });
          return { status: answers.commit, json: { closed: state.closed, reason: "" } };
        },
      }),
      route({
        method: "POST",
        path: "/reveal",
        maxBytes: 2_000_000,
        body: Reveal,
        handle: ({ body }) => {
          heard.push({ path: "reveal", body });
          return { status: answers.reveal, json: { closed: true, reason: "" } };
        },
      }),
    ],
  });
  const neuron = (
    uid: number,
    hotkey: string,
    axon: { host: string; port: number } | null,
    stake: bigint,
  ) => ({
    ...{ uid, hotkey, coldkey: hotkey, stake: stake.toString(), permit: chain.permit, active: true, axon },
    ...{ registeredAt: 0, lastUpdate: 0, consensus: 0, incentive: 0, dividends: 0, validatorTrust: 0 },
    ...{ rank: 0, trust: 0, emission: "0" },
  });
  return {
    keypair,
    origin: server.origin,
    heard,
    chain,
    answers,
    state,
    tree: treeHash(tree),
    metagraph: async (): Promise<Metagraph> => {
      chain.reads += 1;
      return {
        ...{ netuid: 1, block: 1, epoch: { index: 0, block: 0 }, burn: "0" },
        ...{ owner: keypair.address, ownerHotkey: keypair.address },
        neurons: [
          neuron(0, keypair.address, chain.axon ?? { host: server.host, port: server.port }, chain.stake),
          neuron(1, miner.address, null, 0n),
        ],
      };
    },
    /** A challenge as this validator would send it. */
    challenge: (change: Partial<Challenge> = {}): Challenge => ({
      round: 1,
      task: "basket-1",
      statement,
      context: {
        package: { name: "basket", version: "1" },
        sourceRoots: [""],
        testPaths: [],
        pytestArguments: [],
      },
      tree: treeHash(tree),
      environment: { hash: hashBytes(""), lock: "" },
      difficulty: { logit: 0, low: -1, high: 1 },
      deadline: new Date(Date.now() + 30_000).toISOString(),
      returnAddress: server.origin,
      ...change,
    }),
    /** Send a challenge to a miner's port; resolves to the status and the reason. */
    send: async (port: number, challenge: unknown, signer: Keypair = keypair): Promise<string> => {
      const origin = `http://127.0.0.1:${port}`;
      const sent: Sent = await send({
        url: `${origin}/challenge`,
        method: "POST",
        body: { json: challenge },
        keypair: signer,
        receiver: miner.address,
        timeoutMs: 10_000,
        maxBytes: 10_000,
        allowLoopback: origin,
      });
      return sent.ok ? `${sent.status} ${sent.body.toString()}` : sent.reason;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
