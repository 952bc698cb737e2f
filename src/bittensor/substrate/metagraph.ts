import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import type { Metagraph } from "../chain/schema.ts";
import { hostOf } from "./addresses.ts";
import { epochsOf } from "./epochs.ts";
import type { View } from "./node.ts";
import { lacks } from "./runtime.ts";

/** As the runtime has them; the largest subnet has 4,096 neurons. */
const many = <T>(element: z.ZodType<T>) => z.array(element).max(4_096);
const whole = z.union([z.bigint(), z.number()]);
const Axon = z.object({ ip: whole.transform(BigInt), port: z.number(), ip_type: z.number() });
/** Both `Metagraph` and `SelectiveMetagraph`; of the latter, what was not asked for is `undefined`. */
const Told = z.object({
  owner_hotkey: z.string(),
  owner_coldkey: z.string(),
  burn: whole,
  hotkeys: many(z.string()),
  coldkeys: many(z.string()),
  axons: many(Axon),
  active: many(z.boolean()),
  validator_permit: many(z.boolean()),
  last_update: many(whole),
  emission: many(whole),
  dividends: many(whole),
  incentives: many(whole),
  consensus: many(whole),
  trust: many(whole).optional(),
  rank: many(whole).optional(),
  block_at_registration: many(whole),
  total_stake: many(whole),
});
/** Their indexes in the runtime's `SelectiveMetagraphIndex`; each was there from the first. */
const WANTED = [5, 6, 32, 52, 53, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 69];
const Trusts = many(z.number()).default([]);

/**
 * A subnet's neurons as of one block. `rank` and `trust` are 0 where the runtime keeps them no longer, `validatorTrust`
 * where it has no such storage. Stakes are the runtime's `total_stake`: alpha plus TAO by its weight.
 * TaoceptionErrors: `chain-refused` with cause `SubnetNotExists`, `chain-lacks`.
 */
export async function metagraphOf(netuid: number, view: View): Promise<Metagraph> {
  const { runtime, block } = view;
  const api = "SubnetInfoRuntimeApi";
  const selective = runtime.question(api, "get_selective_metagraph", [netuid, WANTED]) !== undefined;
  const told = selective
    ? await view.call(api, "get_selective_metagraph", [netuid, WANTED])
    : await view.call(api, "get_metagraph", [netuid]);
  if (told === undefined && runtime.question(api, "get_metagraph", [netuid]) === undefined)
    throw lacks("metagraph", runtime.version);
  if (told === undefined) throw noSubnet(netuid);
  const graph = Told.safeParse(told);
  if (!graph.success) throw unreadable(graph.error);
  const { validatorTrust } = await view.read({
    validatorTrust: runtime.storage("SubtensorModule", "ValidatorTrust", [netuid]),
  });
  const trusts = Trusts.safeParse(validatorTrust);
  const of = graph.data;
  const number = (list: readonly (bigint | number)[] | undefined, uid: number) => Number(list?.[uid] ?? 0);
  const neurons = of.hotkeys.map((hotkey, uid) => ({
    uid,
    hotkey,
    coldkey: of.coldkeys[uid] ?? "",
    stake: String(of.total_stake[uid] ?? 0),
    permit: of.validator_permit[uid] ?? false,
    active: of.active[uid] ?? false,
    axon: axonOf(of.axons[uid]),
    registeredAt: number(of.block_at_registration, uid),
    lastUpdate: number(of.last_update, uid),
    consensus: number(of.consensus, uid),
    incentive: number(of.incentives, uid),
    dividends: number(of.dividends, uid),
    validatorTrust: trusts.success ? number(trusts.data, uid) : 0,
    rank: number(of.rank, uid),
    trust: number(of.trust, uid),
    emission: String(of.emission[uid] ?? 0),
  }));
  return {
    netuid,
    block: block.number,
    epoch: await epochsOf(netuid, view),
    owner: of.owner_coldkey,
    ownerHotkey: of.owner_hotkey,
    burn: String(of.burn),
    neurons,
  };
}

/** What the chain answers of a subnet that is not there. */
export function noSubnet(netuid: number): TaoceptionError {
  return new TaoceptionError("chain-refused", `the chain has no subnet ${netuid}: SubnetNotExists`, {
    cause: "SubnetNotExists",
  });
}

/** Where a neuron is served; `null` if nowhere: an axon that was never told, or was taken back, is at 0. */
function axonOf(axon: z.infer<typeof Axon> | undefined): { host: string; port: number } | null {
  if (axon === undefined || axon.ip === 0n || axon.port === 0) return null;
  return { host: hostOf(axon.ip, axon.ip_type), port: axon.port };
}

function unreadable(cause: unknown): TaoceptionError {
  return new TaoceptionError("chain-unreadable", "the chain's metagraph is not understood", { cause });
}
