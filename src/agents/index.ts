export type { Agent, Budget, Problem, Solution, TrajectoryStep, Workspace } from "./agent.ts";
export { type AgentName, agentNames, findAgent, openAgent } from "./find.ts";
export type { ReleaseOf } from "./lookup.ts";
