export { checkLimits } from "./cgroups/check.ts";
export { checkSandbox } from "./check.ts";
export type {
  Finished,
  Job,
  Limits,
  Mount,
  Relayed,
  RelaySpec,
  Sandbox,
  Session,
  Template,
  TemplateJob,
  TemplateResult,
  TemplateSpec,
} from "./contract.ts";
export { openSandbox } from "./sandbox.ts";
