import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAgent } from "../../src/agents/index.ts";
import { evaluate } from "../../src/evaluation/index.ts";
import { openReleases } from "../../src/miner/index.ts";
import { openBlobs, silentLogger, systemClock, writeTree } from "../../src/platform/index.ts";
import { Tree } from "../../src/protocol/index.ts";
import { findUv, indexUrl } from "../../src/pypi/index.ts";
import { openTester, type Preparing, prepare } from "../../src/python/index.ts";
import { openSandbox } from "../../src/sandbox/index.ts";
import { makeTasks } from "../../src/tasks/index.ts";

let home: string;
let preparing: Preparing;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "taoception-lookup-"));
  const bundled = join(import.meta.dirname, "../../.runtime/uv/bin/uv");
  const uv = await findUv({ candidates: [bundled], path: process.env.PATH });
  preparing = {
    ...{
      sandbox: await openSandbox(),
      blobs: openBlobs(join(home, "blobs")),
      cache: join(home, "cache"),
      uv,
    },
    ...{ index: await indexUrl(uv, process.env), clock: systemClock, logger: silentLogger },
  };
});
afterAll(async () => {
  await preparing?.sandbox[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

test("a miner that looks the release up is resolved: answers on public code over the wire prove little", async () => {
  const prepared = await prepare({ kind: "release", name: "inflection", version: "0.5.1" }, preparing);
  if (!prepared.ok) throw new Error(`${prepared.stage}: ${prepared.reason}`);
  const { project } = prepared;
  await using tester = await openTester(project, preparing);
  const { tasks } = await makeTasks(
    project,
    { count: 2, seed: "lookup", concurrency: 2, patienceMs: 60_000 },
    { tester, ...preparing, rate: () => ({ logit: 0, low: -1, high: 1 }) },
  );
  expect(tasks).toHaveLength(2);
  const { index, sandbox, blobs, clock } = preparing;
  const releaseOf = openReleases({
    index: async () => index,
    // its own download, as on a machine of its own
    cache: join(home, "elsewhere"),
    pythonVersion: sandbox.pythonVersion,
    clock,
  });
  const agent = findAgent("lookup", { releaseOf });
  const signal = AbortSignal.timeout(60_000);
  for (const [at, task] of tasks.entries()) {
    const tree = Tree.parse(JSON.parse(Buffer.from(await blobs.get(task.challengeTree)).toString("utf8")));
    const treeFolder = join(home, `tree-${at}`);
    await writeTree(tree, treeFolder, blobs);
    const solve = (version: string) =>
      agent?.solve(
        { ...task, context: { ...task.context, package: { name: "inflection", version } } },
        { treeFolder, environment: project.environment, metadata: null },
        { candidates: 1 },
        { sandbox, logger: silentLogger, signal },
      );
    const solution = await solve("0.5.1");
    if (solution?.status !== "patch") throw new Error(JSON.stringify(solution));
    expect(await evaluate(solution.patch, task, { tester, blobs, clock })).toMatchObject({
      verdict: "resolved",
      likeness: { functions: 1, files: 1, tokens: 1 },
    });
    await expect(solve("0.0.404")).rejects.toMatchObject({ code: "no-release" });
  }
});
