import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { Account, Head, Hyperparameters, Metagraph } from "../chain/schema.ts";
import { asked, type Connection, isLacking } from "./connect.ts";
import { hostOf } from "./ip.ts";

/** Numbers come as bigint where a runtime says u64, and as number where it says less. */
const count = z.union([z.number(), z.bigint()]).transform(Number).pipe(z.number().int().nonnegative());
const rao = z.union([z.number(), z.bigint()]).transform((value) => BigInt(value).toString());
const address = z.string().max(48);
/** Lists of one subnet are no longer. */
const list = <T extends z.ZodType>(of: T) => z.array(of).max(4_096);

const Axon = z.object({ ip: z.bigint(), port: count, ip_type: count });
const Graph = z.object({
  block: count,
  owner_hotkey: address,
  owner_coldkey: address,
  tempo: count,
  last_step: count,
  burn: rao,
  hotkeys: list(address),
  coldkeys: list(address),
  axons: list(Axon),
  active: list(z.boolean()),
  validator_permit: list(z.boolean()),
  last_update: list(count),
  emission: list(rao),
  dividends: list(count),
  incentives: list(count),
  consensus: list(count),
  trust: list(count).default([]),
  rank: list(count).default([]),
  block_at_registration: list(count),
  total_stake: list(rao),
});

interface Reading {
  url: string;
  connect: () => Promise<Connection>;
}

/** A value of the storage of Bittensor's pallet at the last finalised block; undefined where this runtime has no such. */
async function stored(reading: Reading, name: string, ...keys: unknown[]): Promise<unknown> {
  const { runtime } = await reading.connect();
  const answer = runtime.query.SubtensorModule[name].getValue(...keys).catch((error: unknown) => {
    if (!isLacking(error)) throw error;
  });
  return asked(`storage SubtensorModule.${name}`, reading.url, answer);
}

/**
 * Number and block of a subnet's last epoch. Newer runtimes count them; older ones (spec 293) run one in each block in
 * which (block + netuid + 1) mod (tempo + 1) is the tempo, and their number follows from that.
 */
async function epochOf(netuid: number, block: number, reading: Reading): Promise<Head["epoch"]> {
  const index = await stored(reading, "SubnetEpochIndex", netuid);
  if (index !== undefined) {
    const last = await stored(reading, "LastEpochBlock", netuid);
    return { index: count.parse(index), block: count.parse(last ?? 0) };
  }
  const tempo = count.parse((await stored(reading, "Tempo", netuid)) ?? 0);
  return epochBefore(block, { netuid, tempo });
}

/** The older rule: which epoch was the last one at or before a block. */
export function epochBefore(
  block: number,
  { netuid, tempo }: { netuid: number; tempo: number },
): Head["epoch"] {
  if (tempo === 0) return { index: 0, block: 0 };
  const index = Math.floor((block + netuid + 2) / (tempo + 1));
  const last = index * (tempo + 1) - netuid - 2;
  return last < 0 ? { index: 0, block: 0 } : { index, block: last };
}

/** The last finalised block. */
export async function readHead(netuid: number, reading: Reading): Promise<Head> {
  const { client } = await reading.connect();
  const block = await asked("the head", reading.url, client.getFinalizedBlock());
  const { genesisHash } = await asked("the genesis", reading.url, client.getChainSpecData());
  return {
    number: block.number,
    hash: block.hash.replace(/^0x/, ""),
    genesis: genesisHash.replace(/^0x/, ""),
    epoch: await epochOf(netuid, block.number, reading),
  };
}

export async function readAccount(of: string, reading: Reading): Promise<Account> {
  const { runtime } = await reading.connect();
  const found = await asked("an account", reading.url, runtime.query.System.Account.getValue(of));
  const { nonce, data } = z.object({ nonce: count, data: z.object({ free: rao }) }).parse(found);
  return { nonce, balance: data.free };
}

export async function readMetagraph(netuid: number, reading: Reading): Promise<Metagraph> {
  const { runtime } = await reading.connect();
  const [found, trusts] = await Promise.all([
    asked("get_metagraph", reading.url, runtime.apis.SubnetInfoRuntimeApi.get_metagraph(netuid)),
    stored(reading, "ValidatorTrust", netuid),
  ]);
  if (found === undefined) throw noSubnet(netuid, reading.url);
  const graph = Graph.parse(found);
  const validatorTrust = list(count).parse(trusts ?? []);
  return {
    ...{
      netuid,
      block: graph.block,
      owner: graph.owner_coldkey,
      ownerHotkey: graph.owner_hotkey,
      burn: graph.burn,
    },
    epoch: await epochOf(netuid, graph.block, reading),
    neurons: graph.hotkeys.map((hotkey, uid) => ({
      uid,
      hotkey,
      coldkey: graph.coldkeys[uid] ?? hotkey,
      stake: graph.total_stake[uid] ?? "0",
      permit: graph.validator_permit[uid] ?? false,
      active: graph.active[uid] ?? false,
      axon: axonOf(graph.axons[uid]),
      registeredAt: graph.block_at_registration[uid] ?? 0,
      lastUpdate: graph.last_update[uid] ?? 0,
      consensus: graph.consensus[uid] ?? 0,
      incentive: graph.incentives[uid] ?? 0,
      dividends: graph.dividends[uid] ?? 0,
      validatorTrust: validatorTrust[uid] ?? 0,
      rank: graph.rank[uid] ?? 0,
      trust: graph.trust[uid] ?? 0,
      emission: graph.emission[uid] ?? "0",
    })),
  };
}

const noSubnet = (netuid: number, url: string) =>
  new TaoceptionError("no-subnet", `the chain at ${url} has no subnet ${netuid}`, {
    mend: "correct --netuid",
  });

/** Null for one that was never published. */
function axonOf(axon: z.infer<typeof Axon> | undefined): { host: string; port: number } | null {
  return axon && axon.ip !== 0n && axon.port !== 0
    ? { host: hostOf(axon.ip, axon.ip_type), port: axon.port }
    : null;
}

/** Rules that a runtime keeps for all its subnets, or that none of its storage tells. */
const USUAL = {
  bondsPenalty: 65_535,
  alphaSigmoidSteepness: 1_000,
  burnHalfLife: 360,
  emissionPerBlock: "0",
};

export async function readHyperparameters(netuid: number, reading: Reading): Promise<Hyperparameters> {
  const of = <T>(name: string, schema: z.ZodType<T>, usual: T): Promise<T> =>
    stored(reading, name, netuid).then((value) => (value === undefined ? usual : schema.parse(value)));
  const [low, high] = z
    .tuple([count, count])
    .parse((await stored(reading, "AlphaValues", netuid)) ?? [45_875, 58_982]);
  const threshold = await stored(reading, "StakeThreshold");
  const yes = z.boolean();
  const [tempo, kappa, bondsPenalty, bondsMovingAverage] = await Promise.all([
    of("Tempo", count, 360),
    of("Kappa", count, 32_767),
    of("BondsPenalty", count, USUAL.bondsPenalty),
    of("BondsMovingAverage", count, 900_000),
  ]);
  const [yuma3, liquidAlpha, steepness] = await Promise.all([
    of("Yuma3On", yes, false),
    of("LiquidAlphaOn", yes, false),
    of(
      "AlphaSigmoidSteepness",
      z.union([z.number(), z.bigint()]).transform(Number),
      USUAL.alphaSigmoidSteepness,
    ),
  ]);
  const [maxAllowedUids, maxAllowedValidators, activityCutoff, immunityPeriod] = await Promise.all([
    of("MaxAllowedUids", count, 256),
    of("MaxAllowedValidators", count, 64),
    of("ActivityCutoff", count, 5_000),
    of("ImmunityPeriod", count, 4_096),
  ]);
  const [minAllowedWeights, maxWeightsLimit, weightsVersionKey, weightsSetRateLimit] = await Promise.all([
    of("MinAllowedWeights", count, 0),
    of("MaxWeightsLimit", count, 65_535),
    of("WeightsVersionKey", count, 0),
    of("WeightsSetRateLimit", count, 100),
  ]);
  const [servingRateLimit, maxRegistrationsPerBlock, minBurn, maxBurn] = await Promise.all([
    of("ServingRateLimit", count, 50),
    of("MaxRegistrationsPerBlock", count, 1),
    of("MinBurn", rao, "500000"),
    of("MaxBurn", rao, "100000000000"),
  ]);
  return {
    ...{ tempo, kappa, bondsPenalty, bondsMovingAverage, yuma3, liquidAlpha, alphaLow: low, alphaHigh: high },
    ...{
      alphaSigmoidSteepness: steepness,
      maxAllowedUids,
      maxAllowedValidators,
      activityCutoff,
      immunityPeriod,
    },
    ...{ minAllowedWeights, maxWeightsLimit, weightsVersionKey, weightsSetRateLimit, servingRateLimit },
    ...{ maxRegistrationsPerBlock, stakeThreshold: rao.parse(threshold ?? 0n), minBurn, maxBurn },
    ...{ burnHalfLife: USUAL.burnHalfLife, emissionPerBlock: USUAL.emissionPerBlock },
  };
}
