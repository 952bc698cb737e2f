export { checkLimits } from "./cgroups/check.ts";
export { checkEngine, checkSandbox } from "./check.ts";
export { engineChoice, type SandboxChoice, sandboxChoice } from "./choice.ts";
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
export type { ForeignContainer } from "./oci/foreign.ts";
export { leftOnEngine, openContainer } from "./openContainer.ts";
export { openSandbox } from "./sandbox.ts";
