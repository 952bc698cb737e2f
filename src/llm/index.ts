export type { Call, Message, Model, Tool, Usage } from "./model.ts";
export { ModelConfiguration, openModel } from "./open.ts";
export { type Line, scriptedModel } from "./scripted.ts";
