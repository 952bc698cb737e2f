// Many evaluations, and many quick jobs, in a row: what is held before and after them, and how many a second.
// Usage: node --expose-gc bench/steady.ts [evaluations] [jobs]

import type { Held } from "../test/evaluation/held.ts";
import { soak } from "../test/evaluation/soak.ts";
import { steady } from "../test/evaluation/steady.ts";

const [evaluations, jobs] = [Number(process.argv[2] ?? 2_000), Number(process.argv[3] ?? 10_000)];
const table = ({ before, after }: { before: Held; after: Held }) => {
  console.log("| held | before | after |\n| --- | --- | --- |");
  for (const name of Object.keys(before) as (keyof Held)[])
    console.log(`| ${name} | ${before[name]} | ${after[name]} |`);
};
if (evaluations > 0) {
  const soaked = await soak(evaluations);
  console.log(`${evaluations} evaluations, ${(evaluations / soaked.seconds).toFixed(1)} a second`);
  console.log(
    `${Object.entries(soaked.verdicts)
      .map(([of, n]) => `${n} ${of}`)
      .join(", ")}`,
  );
  table(soaked);
}
if (jobs > 0) {
  const steadily = await steady(jobs);
  console.log(
    `${jobs} jobs, one in ten also under bubblewrap alone: ${(jobs / steadily.seconds).toFixed(0)} a second`,
  );
  table(steadily);
}
