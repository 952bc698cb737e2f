import type { Agent } from "./agent.ts";
import { repair } from "./repair/repair.ts";

/** The agents that need nothing but a sandbox, by name. */
const agents: Readonly<Record<string, Agent>> = { repair };

export const agentNames: readonly string[] = Object.keys(agents);

/** The agent of that name, or undefined. */
export function findAgent(name: string): Agent | undefined {
  return Object.hasOwn(agents, name) ? agents[name] : undefined;
}
