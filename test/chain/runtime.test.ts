import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compact, concat, encodeHeader } from "../../src/runtime/index.ts";
import { account, missing, OlderNode, openRealChain } from "./realChain.ts";

if (missing) console.warn(`test/chain/runtime.test.ts is skipped: ${missing}`);
const TAO = 1_000_000_000n;
const alice = account("Alice");
const [validator, good, fair] = [account("Validator"), account("Good"), account("Fair")];

describe.skipIf(missing).each([
  ["chainHead_v1", WebSocket],
  ["the older interface", OlderNode],
])(missing ? `skipped: ${missing}` : "a real Bittensor runtime by %s", (_, websocketClass) => {
  let real: Awaited<ReturnType<typeof openRealChain>>;
  let api: (typeof real)["api"];
  let done: (typeof real)["done"];
  let netuid: number;
  beforeAll(async () => {
    real = await openRealChain({ websocketClass });
    ({ api, done } = real);
  });
  afterAll(() => real?.[Symbol.asyncDispose]());

  const neurons = () => api.apis.NeuronInfoRuntimeApi.get_neurons_lite(netuid);
  /** Go on until an epoch has brought about what is waited for. */
  async function until(is: () => Promise<boolean>): Promise<void> {
    for (let blocks = 0; blocks < 40; blocks += 1) {
      if (await is()) return;
      real.chain.node.produce();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("40 blocks brought it not about");
  }

  test("a client reads metadata, the chain's name and an account", async () => {
    expect(await api.query.System.Account.getValue(alice.address)).toMatchObject({
      nonce: 0,
      data: { free: 1_000_000n * TAO },
    });
    const { name, genesisHash, properties } = await real.client.getChainSpecData();
    expect({ name, genesisHash, properties }).toMatchObject({
      genesisHash: real.chain.genesisHash,
      properties: { ss58Format: 42, tokenSymbol: "TAO" },
    });
    expect(await api.constants.System.Version()).toMatchObject({ spec_name: "node-subtensor" });
  });

  test("a transfer is in a block and seen", async () => {
    const dest = { type: "Id", value: validator.address };
    const transfer = api.tx.Balances.transfer_keep_alive({ dest, value: 100n * TAO });
    const seen = Promise.withResolvers<void>();
    const watching = api.query.System.Account.watchEntries().subscribe({
      next: ({ entries }: { entries: { args: [string] }[] }) => {
        if (entries.some(({ args: [address] }) => address === validator.address)) seen.resolve();
      },
      error: seen.reject,
    });
    expect((await done(transfer, alice)).map(({ value }) => value.type)).toContain("Transfer");
    expect((await api.query.System.Account.getValue(validator.address)).data.free).toBe(100n * TAO);
    await seen.promise;
    watching.unsubscribe();
  });

  test("what the runtime refuses is told in its words, and what fails in a block as well", async () => {
    const dest = { type: "Id", value: alice.address };
    const transfer = api.tx.Balances.transfer_keep_alive({ dest, value: 10_000n * TAO });
    await expect(done(transfer, validator)).rejects.toThrow(/FundsUnavailable|"Token"/);
    await expect(done(transfer, good)).rejects.toThrow(/"Payment"/);
  });

  test("a subnet is registered, neurons join it, stake, serve", async () => {
    const limit = api.tx.AdminUtils.sudo_set_network_rate_limit({ rate_limit: 0n });
    await done(api.tx.Sudo.sudo({ call: limit.decodedCall }), alice);
    const events = await done(api.tx.SubtensorModule.register_network({ hotkey: validator.address }), alice);
    const added = events.find(({ value }) => value.type === "NetworkAdded");
    [netuid = -1] = (added?.value.value as [number] | undefined) ?? [];
    for (let blocks = 0; blocks < 12; blocks += 1) real.chain.node.produce(); // start_call may be called only then
    await done(api.tx.SubtensorModule.start_call({ netuid }), alice);
    for (const { address: hotkey } of [good, fair])
      await done(api.tx.SubtensorModule.burned_register({ netuid, hotkey }), alice);
    const stake = { hotkey: validator.address, netuid, amount_staked: 1_000n * TAO };
    await done(api.tx.SubtensorModule.add_stake(stake), alice);
    const axon = {
      version: 1,
      ip: 0x08080808n,
      port: 8091,
      ip_type: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    };
    await done(api.tx.SubtensorModule.serve_axon({ netuid, ...axon }), good);
    const loopback = api.tx.SubtensorModule.serve_axon({ netuid, ...axon, ip: 0x7f000001n });
    await expect(done(loopback, fair)).rejects.toThrow(/"Custom",\s*"value": 11/);
    expect(await neurons()).toMatchObject([
      { uid: 0, hotkey: validator.address },
      { uid: 1, hotkey: good.address, axon_info: { ip: 0x08080808n, port: 8091 } },
      { uid: 2, hotkey: fair.address, axon_info: { ip: 0n, port: 0 } },
    ]);
  });

  test("weights need a permit, which an epoch gives; the next epoch turns them into incentives", async () => {
    const rate = api.tx.AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n });
    await done(api.tx.Sudo.sudo({ call: rate.decodedCall }), alice);
    await until(async () => (await neurons())[0].validator_permit);
    const weights = { netuid, dests: [1, 2], weights: [65_535, 32_768], version_key: 0n };
    await done(api.tx.SubtensorModule.set_weights(weights), validator);
    await until(async () => (await neurons())[1].incentive > 0);
    expect((await neurons()).map(({ incentive }: { incentive: number }) => incentive)).toEqual([
      0, 43_689, 21_845,
    ]);
    const { incentives, hotkeys, validator_permit } =
      await api.apis.SubnetInfoRuntimeApi.get_metagraph(netuid);
    expect(incentives).toEqual([0, 43_689, 21_845]);
    expect(hotkeys).toEqual([validator.address, good.address, fair.address]);
    expect(validator_permit).toEqual([true, false, false]);
  });

  test("the runtime itself finds every block and every root right", () => {
    const { blocks } = real.chain.node;
    const head = blocks.head().header.number;
    expect(head).toBeGreaterThan(20);
    for (let number = 1; number <= head; number += 1) {
      const [parent, block] = [blocks.at(number - 1), blocks.at(number)];
      if (!parent || !block) throw new Error(`block ${number} is gone`);
      const execute = ({ header, extrinsics }: Pick<typeof block, "header" | "extrinsics">) =>
        real.chain.node.call(
          parent,
          "Core_execute_block",
          concat([encodeHeader(header), compact(extrinsics.length), ...extrinsics]),
        );
      expect(execute(block)).toEqual(new Uint8Array());
      const forged = { ...block.header, stateRoot: block.header.stateRoot.toReversed() };
      if (number === head)
        expect(() => execute({ ...block, header: forged })).toThrow(/Storage root must match/);
    }
  });
});

test.skipIf(missing)(
  "an upgrade to the same version is refused by the runtime, a forced one is made, and blocks go on",
  async () => {
    // each block is given time: the client reads the whole code out of it
    await using real = await openRealChain({ blockMs: 500 });
    const { api, chain, done } = real;
    const { code } = chain.node.spec;
    const set = api.tx.System.set_code({ code });
    const events = await done(api.tx.Sudo.sudo({ call: set.decodedCall }), alice);
    const sudid = events.find(({ value }) => value.type === "Sudid")?.value.value;
    expect(sudid).toMatchObject({
      sudo_result: { success: false, value: { value: { value: { type: "SpecVersionNeedsToIncrease" } } } },
    });
    const forced = api.tx.System.set_code_without_checks({ code });
    const told = await done(api.tx.Sudo.sudo({ call: forced.decodedCall }), alice);
    expect(told.map(({ value }) => value.type)).toContain("CodeUpdated");
    const dest = { type: "Id", value: fair.address };
    await done(api.tx.Balances.transfer_keep_alive({ dest, value: TAO }), alice);
    expect((await api.query.System.Account.getValue(fair.address)).data.free).toBe(TAO);
  },
);
