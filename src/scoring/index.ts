export { SCORE, score } from "./score.ts";
export { type WeightRow, weights } from "./weights.ts";
