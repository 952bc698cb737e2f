import { z } from "zod";
import { Hash } from "../../protocol/index.ts";
import { decodeAddress } from "../ss58.ts";
import { Beacon } from "../timelock/drand.ts";

/** An SS58 address with prefix 42. */
export const Address = z
  .string()
  .max(48)
  .refine((text) => decodeAddress(text) !== null, "not an SS58 address of prefix 42");
/** rao (10^-9 TAO) as a decimal string: it can exceed 2^53. */
export const Rao = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, "not a whole number of rao")
  .refine((text) => BigInt(text) < 1n << 64n, "more than a u64 holds");
const u16 = z.number().int().min(0).max(65535);
const block = z.number().int().nonnegative();

/** Bytes of a timelocked commit, as the chain bounds them. */
const MOST_COMMIT_BYTES = 5_000;
const hex = (bytes: number) =>
  z
    .string()
    .max(bytes * 2)
    .regex(/^([0-9a-f]{2})*$/, "not bytes in hexadecimal");

/** One field of what a hotkey has published: bytes in hexadecimal, up to 128 or, as `BigRaw`, 512; or a hash. */
export const CommitmentField = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("Raw"), value: hex(128) }),
  z.strictObject({ kind: z.literal("BigRaw"), value: hex(512) }),
  z.strictObject({ kind: z.literal("Sha256"), value: hex(32).length(64) }),
]);
export type CommitmentField = z.infer<typeof CommitmentField>;

/** What a hotkey has published last, and in which block. */
export const Commitment = z.object({ block, fields: z.array(CommitmentField).max(8) });
export type Commitment = z.infer<typeof Commitment>;

/** What an account may ask the chain to do. Named as on the chain; the signer is named in each comment. */
export const Call = z.discriminatedUnion("call", [
  /** Coldkey: pay the burn and give `hotkey` a uid. */
  z.strictObject({ call: z.literal("burned_register"), netuid: u16, hotkey: Address }),
  /** Coldkey: move balance to stake on a hotkey. */
  z.strictObject({ call: z.literal("add_stake"), netuid: u16, hotkey: Address, amount: Rao }),
  /** Coldkey: move stake back to balance. */
  z.strictObject({ call: z.literal("remove_stake"), netuid: u16, hotkey: Address, amount: Rao }),
  /** Hotkey: publish where this neuron is served. */
  z.strictObject({
    call: z.literal("serve_axon"),
    netuid: u16,
    host: z.union([z.ipv4(), z.ipv6()]),
    port: u16,
  }),
  /** Hotkey: weigh other neurons. */
  z.strictObject({
    call: z.literal("set_weights"),
    netuid: u16,
    uids: z.array(u16).max(4096),
    weights: z.array(u16).max(4096),
    versionKey: block,
  }),
  /** Hotkey: weigh other neurons, sealed until the beacon's round (`seal` of `WeightsPayload`), in hexadecimal. */
  z.strictObject({
    call: z.literal("commit_timelocked_weights"),
    netuid: u16,
    commit: hex(MOST_COMMIT_BYTES),
    revealRound: block,
    version: u16,
  }),
  /** Hotkey: publish something of up to three fields, in place of what it published before. */
  z.strictObject({
    call: z.literal("set_commitment"),
    netuid: u16,
    fields: z.array(CommitmentField).max(8),
  }),
  /** Whoever has a balance: give some of it to somebody else, and stay alive. */
  z.strictObject({ call: z.literal("transfer_keep_alive"), dest: Address, amount: Rao }),
  /** Owner's coldkey: run an epoch in the next block. */
  z.strictObject({ call: z.literal("trigger_epoch"), netuid: u16 }),
]);
export type Call = z.infer<typeof Call>;

/** A call with who asks for it. `nonce` counts the signer's calls, `genesis` names the chain: neither can be replayed. */
export const Extrinsic = z.strictObject({
  genesis: Hash,
  signer: Address,
  nonce: block,
  call: Call,
  /** sr25519 over `extrinsicText`. */
  signature: z.string().regex(/^0x[0-9a-f]{128}$/),
});
export type Extrinsic = z.infer<typeof Extrinsic>;

export const Head = z.object({
  number: block,
  genesis: Hash,
  /** Hash of the newest block that holds anything. */
  hash: Hash,
  /** Epochs that were run so far, and the block of the last one (0: none yet). */
  epoch: z.object({ index: block, block }),
});
export type Head = z.infer<typeof Head>;

export const Hyperparameters = z.object({
  tempo: u16,
  kappa: u16,
  bondsPenalty: u16,
  bondsMovingAverage: z.number().int().min(0).max(1_000_000),
  yuma3: z.boolean(),
  liquidAlpha: z.boolean(),
  alphaLow: u16,
  alphaHigh: u16,
  alphaSigmoidSteepness: z.number().int().min(-32768).max(32767),
  maxAllowedUids: z.number().int().min(1).max(4096),
  maxAllowedValidators: u16,
  activityCutoff: block,
  immunityPeriod: block,
  minAllowedWeights: u16,
  maxWeightsLimit: u16,
  weightsVersionKey: block,
  weightsSetRateLimit: block,
  servingRateLimit: block,
  maxRegistrationsPerBlock: u16,
  stakeThreshold: Rao,
  minBurn: Rao,
  maxBurn: Rao,
  /** Blocks in which the burn halves. */
  burnHalfLife: z.number().int().min(1),
  /** What each block adds to the next epoch's emission. */
  emissionPerBlock: Rao,
  /** Whether weights are committed timelocked; else they are set openly. */
  commitRevealEnabled: z.boolean(),
  /** Epochs between a commit and its reveal. */
  revealPeriodEpochs: z.number().int().min(1).max(100),
  /** The form of commits that is taken. */
  commitRevealVersion: u16,
});
export type Hyperparameters = z.infer<typeof Hyperparameters>;

export const ChainNeuron = z.object({
  uid: u16,
  hotkey: Address,
  coldkey: Address,
  stake: Rao,
  permit: z.boolean(),
  active: z.boolean(),
  axon: z.object({ host: z.string(), port: u16 }).nullable(),
  registeredAt: block,
  lastUpdate: block,
  consensus: u16,
  incentive: u16,
  dividends: u16,
  validatorTrust: u16,
  rank: u16,
  trust: u16,
  /** rao that the last epoch gave, as miner and validator. */
  emission: Rao,
});
export type ChainNeuron = z.infer<typeof ChainNeuron>;

/** A subnet's neurons by uid, as of one block. */
export const Metagraph = z.object({
  netuid: u16,
  block,
  epoch: z.object({ index: block, block }),
  owner: Address,
  ownerHotkey: Address,
  /** Price of the next registration. */
  burn: Rao,
  neurons: z.array(ChainNeuron),
});
export type Metagraph = z.infer<typeof Metagraph>;

/** What became of an extrinsic. `error` is the name of the check that it failed, or null. */
export const ExtrinsicStatus = z.discriminatedUnion("status", [
  z.object({ status: z.literal("unknown") }),
  z.object({ status: z.literal("pending") }),
  z.object({ status: z.literal("included"), block, error: z.string().nullable() }),
]);
export type ExtrinsicStatus = z.infer<typeof ExtrinsicStatus>;

export const Account = z.object({
  balance: Rao,
  /** The nonce that the account's next extrinsic must carry. */
  nonce: block,
});
export type Account = z.infer<typeof Account>;

/** What one must know to seal weights: when epochs come, and what the beacon says when. All as of one block. */
export const CommitTerms = z.object({
  block,
  tempo: u16,
  epoch: z.object({ index: block, block }),
  /** The block for which the owner asked for an epoch. */
  pendingEpoch: block.nullable(),
  blocksSinceLastStep: block,
  revealPeriodEpochs: z.number().int().min(1).max(100),
  commitRevealVersion: u16,
  /** Milliseconds between two blocks. */
  blockMs: z.number().positive(),
  beacon: Beacon,
});
export type CommitTerms = z.infer<typeof CommitTerms>;

/** What stands on the chain as one neuron's weights: uid and u16. */
export const WeightRow = z.object({ uid: u16, weights: z.array(z.tuple([u16, u16])) });
export type WeightRow = z.infer<typeof WeightRow>;
