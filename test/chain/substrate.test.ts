import { connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chain, developmentKeypair, openChain } from "../../src/bittensor/index.ts";
import { account, missing, openRealChain } from "./realChain.ts";

if (missing) console.warn(`test/chain/substrate.test.ts is skipped: ${missing}`);
const TAO = 1_000_000_000n;
const alice = developmentKeypair("Alice");
const validator = developmentKeypair("Validator");
const good = developmentKeypair("Good");
const fair = developmentKeypair("Fair");
const poor = developmentKeypair("Poor");

/** A relay in front of a node, whose connections can be cut. */
async function openRelay(
  port: number,
): Promise<{ port: number; cut: () => void; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((inside) => {
    const outside = connectTo(port, "127.0.0.1");
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    inside.pipe(outside).pipe(inside);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        cut();
      }),
  };
}

describe.skipIf(missing)(missing ? `skipped: ${missing}` : "a Substrate node over a real runtime", () => {
  let real: Awaited<ReturnType<typeof openRealChain>>;
  let relay: Awaited<ReturnType<typeof openRelay>>;
  let chain: Chain;
  let netuid: number;
  const over = new AbortController();
  const open = () => openChain({ url: `ws://127.0.0.1:${relay.port}`, pollMs: 100, signal: over.signal });
  beforeAll(async () => {
    real = await openRealChain({ blockMs: 250 });
    relay = await openRelay(Number(new URL(real.chain.url).port));
    chain = open();
    const limit = real.api.tx.AdminUtils.sudo_set_network_rate_limit({ rate_limit: 0n });
    await real.done(real.api.tx.Sudo.sudo({ call: limit.decodedCall }), account("Alice"));
    const subnet = real.api.tx.SubtensorModule.register_network({ hotkey: validator.address });
    const events = await real.done(subnet, account("Alice"));
    const added = events.find(({ value }) => value.type === "NetworkAdded");
    [netuid = -1] = (added?.value.value as [number] | undefined) ?? [];
    for (let blocks = 0; blocks < 12; blocks += 1) real.chain.node.produce();
    await real.done(real.api.tx.SubtensorModule.start_call({ netuid }), account("Alice"));
    const { AdminUtils } = real.api.tx;
    for (const rule of [
      AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
      AdminUtils.sudo_set_max_registrations_per_block({ netuid, max_registrations_per_block: 100 }),
      AdminUtils.sudo_set_target_registrations_per_interval({
        netuid,
        target_registrations_per_interval: 100,
      }),
    ])
      await real.done(real.api.tx.Sudo.sudo({ call: rule.decodedCall }), account("Alice"));
  }, 60_000);
  afterAll(async () => {
    over.abort();
    await relay?.close();
    await real?.[Symbol.asyncDispose]();
  });

  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "none",
      ({ code, cause }) => `${code} ${cause}`,
    );

  test("head, account, rules and neurons are read", async () => {
    const head = await chain.head(netuid);
    expect(head.genesis).toBe(real.chain.genesisHash.slice(2));
    expect(head.number).toBeGreaterThan(10);
    expect(BigInt((await chain.account(alice.address)).balance)).toBeGreaterThan(100_000n * TAO);
    expect(await chain.hyperparameters(netuid)).toMatchObject({
      kappa: 32_767,
      weightsSetRateLimit: 0,
      yuma3: false,
    });
    expect(await chain.metagraph(netuid)).toMatchObject({
      owner: alice.address,
      ownerHotkey: validator.address,
      neurons: [{ uid: 0, hotkey: validator.address, axon: null }],
    });
    expect(await refusal(chain.metagraph(999))).toMatch(/^no-subnet/);
    expect(await refusal(chain.triggerEpoch({ netuid }, alice))).toMatch(/^chain-lacks/);
  });

  test("neurons register, stake and serve; what the chain refuses is told by its name", async () => {
    const { hash, block } = await chain.register({ netuid, hotkey: good.address }, alice);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await chain.head(netuid)).number).toBeGreaterThanOrEqual(block); // final already
    expect(await refusal(chain.register({ netuid, hotkey: good.address }, alice))).toBe(
      "chain-refused HotKeyAlreadyRegisteredInSubNet",
    );
    expect(await refusal(chain.register({ netuid, hotkey: poor.address }, poor))).toMatch(
      /^chain-refused \w+/,
    );
    await chain.addStake({ netuid, hotkey: validator.address, amount: 1_000n * TAO }, alice);
    await chain.serveAxon({ netuid, host: "8.8.8.8", port: 8091 }, good);
    expect(await refusal(chain.serveAxon({ netuid, host: "127.0.0.1", port: 8091 }, good))).toBe(
      "chain-refused InvalidIpAddress",
    );
    const { neurons } = await chain.metagraph(netuid);
    expect(neurons[1]).toMatchObject({ hotkey: good.address, axon: { host: "8.8.8.8", port: 8091 } });
    expect(BigInt(neurons[0]?.stake ?? 0)).toBeGreaterThan(100n * TAO);
  }, 30_000);

  test("two processes of one signer take turns at its nonce", async () => {
    const other = open();
    const hotkeys = ["A", "B", "C"].map((name) => developmentKeypair(`Race${name}`).address);
    const included = await Promise.all(
      hotkeys.map((hotkey, at) => (at % 2 === 0 ? chain : other).register({ netuid, hotkey }, alice)),
    );
    expect(new Set(included.map(({ hash }) => hash)).size).toBe(3);
    const known = (await chain.metagraph(netuid)).neurons.map(({ hotkey }) => hotkey);
    for (const hotkey of hotkeys) expect(known).toContain(hotkey);
  }, 60_000);

  test("weights need a permit, which an epoch gives; then they count", async () => {
    expect(
      await refusal(chain.setWeights({ netuid, uids: [1], weights: [65_535], versionKey: 0 }, fair)),
    ).toMatch(/^chain-refused HotKeyNotRegistered/);
    const until = async (is: () => Promise<boolean>) => {
      for (let looks = 0; looks < 300; looks += 1) {
        if (await is()) return;
        for (let blocks = 0; blocks < 5; blocks += 1) real.chain.node.produce();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("it did not come about");
    };
    await until(async () => (await chain.metagraph(netuid)).neurons[0]?.permit === true);
    const before = (await chain.metagraph(netuid)).epoch;
    await chain.setWeights({ netuid, uids: [1], weights: [65_535], versionKey: 0 }, validator);
    await until(async () => ((await chain.metagraph(netuid)).neurons[1]?.incentive ?? 0) > 0);
    const { epoch } = await chain.untilEpoch(netuid, before.index + 1);
    expect(epoch.index).toBeGreaterThan(before.index);
  }, 60_000);

  test("a connection that is cut in the middle of a call is made again", async () => {
    const { cut } = relay;
    cut();
    expect((await chain.head(netuid)).number).toBeGreaterThan(10);
    const hotkey = developmentKeypair("Late").address;
    const registering = chain.register({ netuid, hotkey }, alice).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 120));
    cut();
    await registering; // done or not: it must end, and what came of it can be read
    const { neurons } = await chain.metagraph(netuid);
    if (!neurons.some((each) => each.hotkey === hotkey)) await chain.register({ netuid, hotkey }, alice);
    expect((await chain.metagraph(netuid)).neurons.some((each) => each.hotkey === hotkey)).toBe(true);
  }, 60_000);

  test("another runtime in the middle is read by its own metadata", async () => {
    const { code } = real.chain.node.spec;
    const forced = real.api.tx.System.set_code_without_checks({ code });
    await real.done(real.api.tx.Sudo.sudo({ call: forced.decodedCall }), account("Alice"));
    const { neurons } = await chain.metagraph(netuid);
    await chain.serveAxon({ netuid, host: "9.9.9.9", port: 8092 }, validator);
    expect((await chain.metagraph(netuid)).neurons).toHaveLength(neurons.length);
  }, 60_000);
});
