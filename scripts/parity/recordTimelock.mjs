// Records what Bittensor's own core seals and how it counts epochs, for every run: test/vectors/timelock.json.
//
//   .runtime/node_modules/.bin/node scripts/parity/recordTimelock.mjs
import { writeFileSync } from "node:fs";
import { askPython } from "./askPython.mjs";
import { bringBittensor } from "./bittensor.mjs";

/** drand's quicknet, round 1000, as the network published it. */
const pulse = {
  round: 1000,
  signature:
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
};
let state = 11;
const random = (below) => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return Math.floor((state / 0x8000_0000) * below);
};

/** A subnet somewhere in its life: mostly on time, some late, some with an epoch that its owner asked for. */
function schedule() {
  const tempo = 1 + random(random(2) === 0 ? 20 : 400);
  const last = random(100_000);
  const head = last + random(tempo + (random(5) === 0 ? 60_000 : 1));
  return {
    tempo,
    last_epoch_block: last,
    pending_epoch_at: random(4) === 0 ? head + 1 + random(30) - 10 : 0,
    subnet_epoch_index: random(1_000),
    blocks_since_last_step: random(6) === 0 ? 50_380 + random(30) : head - last,
    current_block: head,
    subnet_reveal_period_epochs: 1 + random(5),
  };
}
const hotkey = "d43593c715fdd31c61141abd04a99fd6822c8586854ccde39a5684e7a56da27d"; // Alice's, of every development chain
function row(n) {
  const uids = Array.from({ length: n }, (_, at) => at * 3);
  return { uids, weights: uids.map(() => random(65_536)), version_key: random(1_000), hotkey };
}
const schedules = Array.from({ length: 200 }, schedule);
const rows = [0, 1, 2, 63, 64, 256].map(row);
const usual = { ...schedule(), tempo: 360, subnet_reveal_period_epochs: 1 };
const python = await bringBittensor("sdk");
const answers = await askPython(python, "timelock.py", [
  ...schedules.map((one) => ({ schedule: { ...row(1), ...one } })),
  ...rows.map((one) => ({ commit: { ...one, ...usual }, round: pulse.round })),
]);
const failed = answers.find(({ error }) => error);
if (failed) throw new Error(failed.error);
const vectors = {
  pulse,
  schedules: schedules.map((one, at) => ({ ...one, block: answers[at].block })),
  commits: rows.map((one, at) => ({ ...one, commit: answers[schedules.length + at].commit })),
};
writeFileSync(new URL("../../test/vectors/timelock.json", import.meta.url), `${JSON.stringify(vectors)}\n`);
