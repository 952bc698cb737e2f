export type { Launcher } from "./program.ts";
export type { SubnetOptions } from "./roles.ts";
export { runSubnet } from "./run.ts";
