// How long one epoch of a large subnet takes: 256 neurons, 64 of them validators that weigh everybody.
//   node bench/yuma.ts [runs]
import { cpus } from "node:os";
import { type EpochInput, epoch } from "../src/yuma/index.ts";

const [NEURONS, VALIDATORS] = [256, 64];
const runs = Number(process.argv[2] ?? 20);
let state = 1;
const random = () => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return state / 0x7fff_ffff;
};
const all = <T>(value: (uid: number) => T) => Array.from({ length: NEURONS }, (_, uid) => value(uid));
const rows = () =>
  all((uid) => (uid < VALIDATORS ? all((j) => [j, Math.floor(random() * 65_535)] as const) : []));

for (const kind of ["yuma2", "yuma3", "liquid"]) {
  const input: EpochInput = {
    block: 5_000,
    parameters: {
      ...{ kappa: 32_767, bondsPenalty: 65_535, bondsMovingAverage: 900_000 },
      ...{ yuma3: kind !== "yuma2", liquidAlpha: kind === "liquid", alphaLow: 45_875, alphaHigh: 58_982 },
      ...{ alphaSigmoidSteepness: 1_000, maxAllowedValidators: VALIDATORS, activityCutoff: 5_000 },
      ...{ tempo: 360, stakeThreshold: 0n },
    },
    ...{
      lastEpochBlock: 4_600,
      ownerUid: 0,
      lastUpdate: all(() => 4_900),
      blockAtRegistration: all(() => 1),
    },
    stake: all((uid) => (uid < VALIDATORS ? BigInt(Math.floor(random() * 1e14)) : 0n)),
    permits: all((uid) => uid < VALIDATORS),
    ...{ weights: rows(), bonds: rows(), emission: 1_000_000_000n },
  };
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    epoch(input);
    return performance.now() - started;
  });
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(runs / 2)] ?? 0;
  console.log(
    `${kind}: ${median.toFixed(1)} ms (first ${times[0]?.toFixed(1)}, worst ${sorted.at(-1)?.toFixed(1)}), ${runs} epochs, ${cpus()[0]?.model}`,
  );
}
