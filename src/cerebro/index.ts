export { learn, type TaskOutcome } from "./learn.ts";
export { emptyModel, Model } from "./model.ts";
export { ability, rate } from "./rate.ts";
