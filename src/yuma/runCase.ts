import { z } from "zod";
import { type EpochOutput, epoch, type StoredRow } from "./epoch.ts";
import { Case } from "./schema.ts";

/** What one epoch gave, in the field order of a recorded case. rao beyond 2^53 is a decimal string. */
export interface CaseOutput {
  consensus: number[];
  incentive: number[];
  dividends: number[];
  validatorTrust: number[];
  rank: number[];
  trust: number[];
  emission: (number | string)[];
  permits: boolean[];
  bonds: StoredRow[];
}

/**
 * Compute every epoch of a recorded subnet from its own inputs.
 * A value that is no case throws a RangeError that names each problem and where it is.
 */
export function runCase(value: unknown): { epochs: { out: CaseOutput }[] } {
  const parsed = Case.safeParse(value);
  if (!parsed.success) throw new RangeError(`not an epoch case:\n${z.prettifyError(parsed.error)}`);
  const { params, blockAtRegistration, epochs } = parsed.data;
  return {
    epochs: epochs.map((one) => ({
      out: show(
        epoch({
          block: one.block,
          parameters: params,
          lastEpochBlock: one.lastEpochBlock,
          ownerUid: params.ownerUid,
          lastUpdate: Array.isArray(one.lastUpdate)
            ? one.lastUpdate
            : blockAtRegistration.map(() => one.lastUpdate as number),
          blockAtRegistration,
          stake: one.stake,
          permits: one.permitsIn,
          weights: one.weights,
          bonds: one.bondsIn,
          commitBlocks: params.commitReveal ? one.commitBlocks : undefined,
          emission: one.emission,
        }),
      ),
    })),
  };
}

function show(out: EpochOutput): CaseOutput {
  return {
    consensus: out.consensus,
    incentive: out.incentive,
    dividends: out.dividends,
    validatorTrust: out.validatorTrust,
    rank: out.rank,
    trust: out.trust,
    emission: out.emission.combined.map((rao) =>
      rao <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rao) : rao.toString(),
    ),
    permits: out.permits,
    bonds: out.bonds,
  };
}
