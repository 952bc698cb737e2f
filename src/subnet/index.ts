export type { SubnetOptions } from "./roles.ts";
export { runSubnet } from "./run.ts";
