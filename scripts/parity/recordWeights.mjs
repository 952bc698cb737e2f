// Records rows of weights that Bittensor's own client makes, for every run: test/vectors/weights.json.
//
//   .runtime/node_modules/.bin/node scripts/parity/recordWeights.mjs
import { writeFileSync } from "node:fs";
import { askPython } from "./askPython.mjs";
import { bringBittensor } from "./bittensor.mjs";

let state = 7;
const random = () => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return state / 0x7fff_ffff;
};
const questions = Array.from({ length: 60 }, (_, at) => {
  const n = 1 + Math.floor(random() * 12);
  const skew = at % 3 === 0 ? 1 : 6;
  return {
    uids: Array.from({ length: n }, (_, uid) => uid * 2),
    weights: Array.from({ length: n }, () => (random() < 0.2 ? 0 : random() ** skew)),
    limit: at % 4 === 0 ? 65_535 : Math.floor(random() * 65_535),
  };
});
const answers = await askPython(await bringBittensor("sdk"), "weights.py", questions);
const cases = questions.map((question, at) => ({ ...question, out: answers[at] }));
writeFileSync(new URL("../../test/vectors/weights.json", import.meta.url), `${JSON.stringify(cases)}\n`);
