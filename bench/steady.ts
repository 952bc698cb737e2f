// Many quick jobs in a row: what is held before and after them, and how many a second.
// Usage: node --expose-gc bench/steady.ts [jobs]

import { steady } from "../test/evaluation/steady.ts";

const jobs = Number(process.argv[2] ?? 10_000);
const { before, after, seconds } = await steady(jobs);
console.log(`${jobs} jobs, one in ten also under bubblewrap alone: ${(jobs / seconds).toFixed(0)} a second`);
console.log("| held | before | after |\n| --- | --- | --- |");
for (const name of Object.keys(before) as (keyof typeof before)[])
  console.log(`| ${name} | ${before[name]} | ${after[name]} |`);
