import { z } from "zod";

const u16 = z.number().int().min(0).max(65535);
const block = z.number().int().nonnegative();
/** rao: a JSON number while it is exact, else a decimal string; at most 2^64 - 1. */
const Rao = z
  .union([z.number().int().nonnegative(), z.string().regex(/^\d{1,20}$/, "not a whole number of rao")])
  .transform(BigInt)
  .refine((value) => value < 1n << 64n, "more than a u64 holds");
const StoredRow = z.array(z.tuple([u16, u16]));

const Parameters = z.object({
  /** Neurons in the subnet; a subnet of the chain has at most 4096. */
  n: z.number().int().min(1).max(4096),
  kappa: u16,
  bondsPenalty: u16,
  bondsMovingAverage: z.number().int().min(0).max(1_000_000),
  yuma3: z.boolean(),
  liquidAlpha: z.boolean(),
  alphaLow: u16,
  alphaHigh: u16,
  alphaSigmoidSteepness: z.number().int().min(-32768).max(32767),
  maxAllowedValidators: u16,
  activityCutoff: block,
  tempo: u16,
  stakeThreshold: Rao,
  commitReveal: z.boolean(),
  ownerUid: u16.nullable().default(null),
});

const CaseEpoch = z.object({
  block,
  /** One block for all uids, or one for each. */
  lastUpdate: z.union([block, z.array(block)]),
  stake: z.array(Rao),
  permitsIn: z.array(z.boolean()),
  weights: z.array(StoredRow),
  bondsIn: z.array(StoredRow),
  /** Block of the epoch before; without it, `block - tempo` bounds which bonds are outdated. */
  lastEpochBlock: block.nullable().default(null),
  /** With commit-reveal: the block of each uid's earliest commit that is not expired. */
  commitBlocks: z.array(block.nullable()).optional(),
  /** What miners and validators share. */
  emission: Rao.default(0n),
});

/**
 * A recorded subnet: parameters, then epochs that each carry their own inputs. What an epoch gave (`out`) and the
 * case's id are not read. Every vector and matrix must have `params.n` rows, and every uid in a row must be below n.
 */
export const Case = z
  .object({
    params: Parameters,
    blockAtRegistration: z.array(block),
    epochs: z.array(CaseEpoch).min(1).max(10_000),
  })
  .superRefine(({ params, blockAtRegistration, epochs }, report) => {
    const complain = (path: (string | number)[], message: string) =>
      report.addIssue({ code: "custom", path, message });
    const { n, ownerUid, alphaLow, alphaHigh } = params;
    const sized = (path: (string | number)[], rows: readonly unknown[] | undefined) => {
      if (rows && rows.length !== n) complain(path, `has ${rows.length} entries, but params.n is ${n}`);
    };
    if (ownerUid !== null && ownerUid >= n) complain(["params", "ownerUid"], `is no uid below ${n}`);
    if (alphaLow > alphaHigh) complain(["params", "alphaLow"], "is above alphaHigh");
    sized(["blockAtRegistration"], blockAtRegistration);
    epochs.forEach((epoch, e) => {
      const at = (...path: (string | number)[]) => ["epochs", e, ...path];
      if (Array.isArray(epoch.lastUpdate)) sized(at("lastUpdate"), epoch.lastUpdate);
      sized(at("commitBlocks"), epoch.commitBlocks);
      for (const name of ["stake", "permitsIn", "weights", "bondsIn"] as const) sized(at(name), epoch[name]);
      for (const name of ["weights", "bondsIn"] as const)
        epoch[name].forEach((row, uid) => {
          const columns = row.map(([j]) => j);
          if (columns.some((j) => j >= n)) complain(at(name, uid), `names a uid that is not below ${n}`);
          if (new Set(columns).size !== columns.length) complain(at(name, uid), "names a uid twice");
        });
    });
  });
export type Case = z.infer<typeof Case>;
