import { type Model, type ModelConfiguration, openModel } from "../llm/index.ts";
import type { Agent } from "./agent.ts";
import { bash } from "./bash/bash.ts";
import { repair } from "./repair/repair.ts";

/** All agents by name; the second asks a language model. */
export const agentNames = ["repair", "bash"] as const;
export type AgentName = (typeof agentNames)[number];

/** The agent of that name, or undefined: also for one that asks a model where none is given. */
export function findAgent(name: string, model: Model | null = null): Agent | undefined {
  if (name === "repair") return repair;
  return name === "bash" && model ? bash(model) : undefined;
}

/** The agent of that name with the model that it asks, if any; null, with the reason in one line, when it cannot work. */
export async function openAgent(
  name: AgentName,
  configuration: ModelConfiguration,
): Promise<{ agent: Agent } | { agent: null; reason: string }> {
  const opened = name === "repair" ? { model: null, reason: "" } : await openModel(configuration);
  const agent = findAgent(name, opened.model);
  if (agent) return { agent };
  return { agent: null, reason: `the agent ${name} cannot work: ${"reason" in opened ? opened.reason : ""}` };
}
