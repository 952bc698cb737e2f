export type { Agent, Budget, Problem, Solution, TrajectoryStep, Workspace } from "./agent.ts";
export { agentNames, findAgent } from "./find.ts";
