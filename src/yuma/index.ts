export { OWNER_CUT, splitEmission } from "./emission.ts";
export {
  type EpochInput,
  type EpochOutput,
  type EpochParameters,
  epoch,
  type StoredRow,
} from "./epoch.ts";
export { type CaseOutput, runCase } from "./runCase.ts";
export { Case } from "./schema.ts";
export { maxUpscale } from "./upscale.ts";
