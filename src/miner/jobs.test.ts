import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openJobs } from "./jobs.ts";

test("what a killed miner had half written goes, what is broken is no job and stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jobs-"));
  try {
    await writeFile(join(folder, "half.json.0123abcd.part"), '{"state":"commi');
    await writeFile(join(folder, "broken.json"), "{");
    expect(await (await openJobs(folder)).list()).toEqual([]);
    expect(await readdir(folder)).toEqual(["broken.json"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
