import { afterAll, beforeAll, expect, test } from "vitest";
import type { Chain, Keypair } from "../../src/bittensor/index.ts";

/** A chain with one subnet in which nobody is yet but its owner's hotkey, if that. */
export interface Stage {
  netuid: number;
  /** A client of its own, as another process would have it. */
  open(): Chain;
  /** Owns the subnet, and has TAO. */
  coldkey: Keypair;
  /** Blocks that pass between two rows of weights. */
  rateLimit: number;
  /** An IP address that may be published. */
  host: string;
  /** Whether the subnet's owner may ask for an epoch. */
  triggers: boolean;
  /** End the node, or the way to it, and have it back. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
export interface Keys {
  validator: Keypair;
  miners: [Keypair, Keypair];
  nobody: Keypair;
}
const TAO = 1_000_000_000n;

/** What every chain behind the `Chain` interface must do alike; tests of one story, in order. */
export function conformance(start: () => Promise<Stage>, { validator, miners, nobody }: Keys): void {
  let stage: Stage;
  let chain: Chain;
  beforeAll(async () => {
    stage = await start();
    chain = stage.open();
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());
  const refused = (cause: string) => ({ code: "chain-refused", cause });
  const neuron = async (hotkey: string) => {
    const found = (await chain.metagraph(stage.netuid)).neurons.find((one) => one.hotkey === hotkey);
    if (found === undefined) throw new Error(`${hotkey} is no neuron`);
    return found;
  };
  const uids = () => Promise.all(miners.map(async ({ address }) => (await neuron(address)).uid));
  async function blocks(count: number): Promise<void> {
    const { number } = await chain.head();
    while ((await chain.head()).number < number + count) await new Promise((go) => setTimeout(go, 20));
  }
  const weigh = (call: Partial<Parameters<Chain["setWeights"]>[0]>, by = validator, client = chain) =>
    client.setWeights({ netuid: stage.netuid, uids: [], weights: [], versionKey: 0, ...call }, by);

  test("blocks go on, and the chain keeps its name", async () => {
    const first = await chain.head();
    await blocks(2);
    const second = await stage.open().head();
    expect(second.number).toBeGreaterThanOrEqual(first.number + 2);
    expect(second.genesis).toBe(first.genesis);
    expect(second.genesis).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a subnet that is not there is refused by name", async () => {
    const netuid = 999;
    await expect(chain.metagraph(netuid)).rejects.toMatchObject(refused("SubnetNotExists"));
    await expect(chain.hyperparameters(netuid)).rejects.toMatchObject(refused("SubnetNotExists"));
    const register = chain.register({ netuid, hotkey: validator.address }, stage.coldkey);
    await expect(register).rejects.toMatchObject(refused("SubnetNotExists"));
  });

  test("hyperparameters and the owner are told", async () => {
    expect(await chain.hyperparameters(stage.netuid)).toMatchObject({
      kappa: 32_767,
      weightsSetRateLimit: stage.rateLimit,
      maxWeightsLimit: 65_535,
      servingRateLimit: 0,
    });
    expect((await chain.metagraph(stage.netuid)).owner).toBe(stage.coldkey.address);
  });

  test("neurons are registered for the burn, once each", async () => {
    const { balance } = await chain.account(stage.coldkey.address);
    for (const { address: hotkey } of [validator, ...miners]) {
      const { block, hash } = await chain.register({ netuid: stage.netuid, hotkey }, stage.coldkey);
      expect(block).toBeGreaterThan(0);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(await neuron(hotkey)).toMatchObject({
        coldkey: stage.coldkey.address,
        registeredAt: block,
        permit: false,
        axon: null,
        stake: "0",
      });
    }
    const paid = BigInt(balance) - BigInt((await chain.account(stage.coldkey.address)).balance);
    expect(paid).toBeGreaterThan(0n);
    const again = chain.register({ netuid: stage.netuid, hotkey: validator.address }, stage.coldkey);
    await expect(again).rejects.toMatchObject(refused("HotKeyAlreadyRegisteredInSubNet"));
  });

  test("an axon is told, and what is none is refused", async () => {
    const { netuid, host } = stage;
    const [miner] = miners;
    await chain.serveAxon({ netuid, host, port: 8_091 }, miner);
    expect((await neuron(miner.address)).axon).toEqual({ host, port: 8_091 });
    await chain.serveAxon({ netuid, host: "2606:4700::1111", port: 8_092 }, miner);
    expect((await neuron(miner.address)).axon).toEqual({ host: "2606:4700::1111", port: 8_092 });
    const serve = (by: Keypair, call: object) => chain.serveAxon({ netuid, host, port: 8_091, ...call }, by);
    await expect(serve(nobody, {})).rejects.toMatchObject(refused("HotKeyNotRegisteredInNetwork"));
    await expect(serve(miner, { port: 0 })).rejects.toMatchObject(refused("InvalidPort"));
    await expect(serve(miner, { host: "255.255.255.255" })).rejects.toMatchObject(
      refused("InvalidIpAddress"),
    );
  });

  test("stake comes and goes, as much as there is", async () => {
    const { netuid, coldkey } = stage;
    const stake = { netuid, hotkey: validator.address };
    const most = 1n << 60n;
    await expect(chain.addStake({ ...stake, amount: most }, coldkey)).rejects.toMatchObject(
      refused("NotEnoughBalanceToStake"),
    );
    const elsewhere = { ...stake, hotkey: nobody.address, amount: TAO };
    await expect(chain.addStake(elsewhere, coldkey)).rejects.toMatchObject(refused("HotKeyAccountNotExists"));
    await chain.addStake({ ...stake, amount: 100n * TAO }, coldkey);
    const staked = BigInt((await neuron(validator.address)).stake);
    expect(staked).toBeGreaterThan(0n);
    await expect(chain.removeStake({ ...stake, amount: most }, coldkey)).rejects.toMatchObject(
      refused("NotEnoughStakeToWithdraw"),
    );
    await chain.removeStake({ ...stake, amount: staked / 4n }, coldkey);
    expect(BigInt((await neuron(validator.address)).stake)).toBeLessThan(staked);
  });

  test("weights want a permit, sense, and patience", async () => {
    const to = await uids();
    await blocks(stage.rateLimit);
    // the miner with no stake of its own never has a permit
    await expect(weigh({ uids: [to[0] ?? 0], weights: [1] }, miners[1])).rejects.toMatchObject(
      refused("NeuronNoValidatorPermit"),
    );
    const { epoch } = await chain.head();
    const graph = await chain.untilEpoch(stage.netuid, epoch.index + 1);
    expect(graph.epoch.index).toBeGreaterThan(epoch.index);
    expect(graph.neurons.find(({ hotkey }) => hotkey === validator.address)?.permit).toBe(true);
    for (const [call, cause] of [
      [{ uids: to, weights: [1] }, "WeightVecNotEqualSize"],
      [{ uids: [...to, 200], weights: [1, 1, 1] }, "UidVecContainInvalidOne"],
      [{ uids: [to[0] ?? 0, to[0] ?? 0], weights: [1, 1] }, "DuplicateUids"],
    ] as const)
      await expect(weigh(call as never)).rejects.toMatchObject(refused(cause));
  });

  test("of two rows at once one is taken, and the next epoch pays by it", async () => {
    const to = await uids();
    const row = { uids: to, weights: [65_535, 32_768] };
    const both = await Promise.allSettled([weigh(row), weigh(row, validator, stage.open())]);
    const [done] = both.filter(({ status }) => status === "fulfilled");
    const [not] = both.filter(({ status }) => status === "rejected");
    expect(done).toBeDefined();
    expect(not).toMatchObject({ reason: refused("SettingWeightsTooFast") });
    const { epoch } = await chain.metagraph(stage.netuid);
    await chain.untilEpoch(stage.netuid, epoch.index + 1);
    const graph = await chain.untilEpoch(stage.netuid, epoch.index + 2);
    const paid = to.map((uid) => graph.neurons[uid]);
    expect(paid.map((one) => one?.incentive)).toEqual([43_689, 21_845]);
    expect(BigInt(paid[0]?.emission ?? 0)).toBeGreaterThan(BigInt(paid[1]?.emission ?? 0));
  });

  test("two processes of one signer: each call is done, and done once", async () => {
    const { netuid, coldkey } = stage;
    const { nonce } = await chain.account(coldkey.address);
    const [one, other] = [stage.open(), stage.open()];
    const call = { netuid, hotkey: validator.address, amount: TAO };
    const done = await Promise.all([one, other, one, other].map((by) => by.addStake(call, coldkey)));
    expect(new Set(done.map(({ hash }) => hash)).size).toBe(4);
    expect((await chain.account(coldkey.address)).nonce).toBe(nonce + 4);
  });

  test("a node that is away in the midst of a call: the call is done, and done once", async () => {
    const { netuid, coldkey } = stage;
    const { nonce } = await chain.account(coldkey.address);
    // before it is sent, when it waits in the pool, and about when it is in a block
    for (const [at, delay] of [0, 40, 150].entries()) {
      const call = chain.addStake({ netuid, hotkey: validator.address, amount: TAO }, coldkey);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await stage.restart();
      const done = await call;
      expect((await chain.account(coldkey.address)).nonce).toBe(nonce + at + 1);
      expect((await chain.head()).number).toBeGreaterThanOrEqual(done.block);
    }
  });

  test("an epoch out of turn is the owner's to ask for, where there is such a call", async () => {
    const { netuid, coldkey } = stage;
    const before = (await chain.metagraph(netuid)).epoch.index;
    const asked = chain.triggerEpoch({ netuid }, coldkey);
    if (!stage.triggers) return expect(asked).rejects.toMatchObject({ code: "chain-lacks" });
    const { block } = await asked;
    expect(await chain.untilEpoch(netuid, before + 1)).toMatchObject({ netuid });
    expect((await chain.head()).number).toBeGreaterThanOrEqual(block);
    await expect(chain.triggerEpoch({ netuid }, nobody)).rejects.toMatchObject(refused("NotSubnetOwner"));
  });

  test("what stands as weights is told", async () => {
    const to = await uids();
    const { uid } = await neuron(validator.address);
    expect(await chain.weights(stage.netuid)).toEqual([
      {
        uid,
        weights: [
          [to[0], 65_535],
          [to[1], 32_768],
        ],
      },
    ]);
  });

  test("TAO is given to somebody else, as much as there is", async () => {
    const { coldkey } = stage;
    const dest = miners[0].address;
    const before = BigInt((await chain.account(dest)).balance);
    await chain.transfer({ dest, amount: 3n * TAO }, coldkey);
    expect(BigInt((await chain.account(dest)).balance) - before).toBe(3n * TAO);
    await expect(
      chain.transfer({ dest: coldkey.address, amount: 1n << 62n }, miners[0]),
    ).rejects.toMatchObject({
      code: "chain-refused",
    });
    expect(BigInt((await chain.account(dest)).balance)).toBeGreaterThan(before);
  });

  test("a hotkey publishes fields, one set in place of the other", async () => {
    const { netuid } = stage;
    const [, miner] = miners;
    expect(await chain.commitment(netuid, nobody.address)).toBeNull();
    const hash = "ab".repeat(32);
    for (const fields of [
      [{ kind: "Raw", value: Buffer.from("an agent").toString("hex") }],
      [
        { kind: "Sha256", value: hash },
        { kind: "Raw", value: "" },
        { kind: "Raw", value: "07" },
      ],
      [{ kind: "BigRaw", value: "00ff".repeat(200) }],
    ] as const) {
      const { block } = await chain.setCommitment({ netuid, fields: [...fields] }, miner);
      const found = await chain.commitment(netuid, miner.address);
      expect(found).toEqual({ block: expect.any(Number), fields });
      expect(Math.abs((found?.block ?? 0) - block)).toBeLessThanOrEqual(1);
    }
    await expect(
      chain.setCommitment({ netuid, fields: [{ kind: "Raw", value: "01" }] }, nobody),
    ).rejects.toMatchObject({ code: "chain-refused" });
  });
}
