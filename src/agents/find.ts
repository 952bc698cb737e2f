import { type Model, type ModelConfiguration, openModel } from "../llm/index.ts";
import { TaoceptionError } from "../platform/index.ts";
import type { Agent } from "./agent.ts";
import { bash } from "./bash/bash.ts";
import { lookup, type ReleaseOf } from "./lookup.ts";
import { repair } from "./repair/repair.ts";

/** All agents by name: the second asks a language model, the third a package index. */
export const agentNames = ["repair", "bash", "lookup"] as const;
export type AgentName = (typeof agentNames)[number];

/** What an agent may ask beside the challenge. */
interface Asking {
  model?: Model | null;
  releaseOf?: ReleaseOf;
}

const nowhere: ReleaseOf = () =>
  Promise.reject(new TaoceptionError("no-index", "there is no package index to look up a release in"));

/** The agent of that name, or undefined: also for one that asks a model where none is given. */
export function findAgent(
  name: string,
  { model = null, releaseOf = nowhere }: Asking = {},
): Agent | undefined {
  if (name === "repair") return repair;
  if (name === "lookup") return lookup(releaseOf);
  return name === "bash" && model ? bash(model) : undefined;
}

/** The agent of that name with the model that it asks, if any; null, with the reason in one line, when it cannot work. */
export async function openAgent(
  name: AgentName,
  configuration: ModelConfiguration,
  asking: Pick<Asking, "releaseOf"> = {},
): Promise<{ agent: Agent } | { agent: null; reason: string }> {
  const opened = name === "bash" ? await openModel(configuration) : { model: null, reason: "" };
  const agent = findAgent(name, { ...asking, model: opened.model });
  if (agent) return { agent };
  return { agent: null, reason: `the agent ${name} cannot work: ${"reason" in opened ? opened.reason : ""}` };
}
