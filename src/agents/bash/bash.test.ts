import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Line, scriptedModel } from "../../llm/index.ts";
import { parsePatch } from "../../patch/index.ts";
import { silentLogger } from "../../platform/index.ts";
import { openSandbox, type Sandbox } from "../../sandbox/index.ts";
import { findAgent, openAgent } from "../index.ts";

let root: string;
let sandbox: Sandbox;
const source = "def total(prices):\n    return sum(prices[:-1])\n";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "bash-"));
  for (const folder of ["tree/src/basket", "tree/tests", "layer"])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "tree/src/basket/__init__.py"), source);
  await writeFile(join(root, "tree/tests/test_basket.py"), "from basket import total\n");
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const ask = (command: string): Line => ({ calls: [{ name: "bash", input: { command } }] });
const submit: Line = { calls: [{ name: "submit", input: {} }] };

async function solve(lines: Line[], signal = new AbortController().signal) {
  const heard: unknown[] = [];
  const agent = findAgent("bash", { model: scriptedModel(lines, heard) });
  if (!agent) throw new Error("no agent of that name");
  const context = {
    package: { name: "basket", version: "1" },
    sourceRoots: ["src"],
    testPaths: ["tests"],
    pytestArguments: [],
  };
  const solution = await agent.solve(
    { statement: "The last price is lost.", context, difficulty: { logit: 0, low: -1, high: 1 } },
    { treeFolder: join(root, "tree"), environment: { folder: join(root, "layer") }, metadata: null },
    { candidates: 1 },
    { sandbox, logger: silentLogger, signal },
  );
  return { solution, heard: JSON.stringify(heard) };
}

test("what the model leaves changed in the tree is the patch; tests and scratch files are not in it", async () => {
  const { solution, heard } = await solve([
    ask("sed -i 's/prices\\[:-1\\]/prices/' src/basket/__init__.py && echo pass > src/basket/more.py"),
    ask(
      "echo 'assert True' > tests/test_basket.py; touch repro.py; python3 -c 'import basket; print(basket.total([2, 3]))'",
    ),
    submit,
  ]);
  if (solution.status !== "patch") throw new Error(solution.reason);
  expect(heard).toContain("exit status 0\\n5\\n");
  const parsed = parsePatch(solution.patch);
  if (!parsed.ok) throw new Error(parsed.reason);
  expect(parsed.patch.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    "modify src/basket/__init__.py",
    "create src/basket/more.py",
  ]);
  expect(await readFile(join(root, "tree/src/basket/__init__.py"), "utf8")).toBe(source);
  expect(JSON.parse(JSON.stringify(solution.trajectory))).toEqual(solution.trajectory);
});

test("it abstains when nothing was changed, and says why it ended", async () => {
  expect((await solve([ask("ls"), submit])).solution).toMatchObject({
    status: "abstained",
    reason: "nothing was changed (submitted)",
  });
  expect((await solve([])).solution).toMatchObject({ reason: expect.stringContaining("(model: ") });
});

test("when the time is over in the middle of a command, what was changed before it counts", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("the time is over")), 1_500);
  const since = Date.now();
  const { solution } = await solve(
    [ask("sed -i 's/prices\\[:-1\\]/prices/' src/basket/__init__.py"), ask("sleep 20"), submit],
    stop.signal,
  );
  expect(solution).toMatchObject({ status: "patch", patch: expect.stringContaining("sum(prices)") });
  expect(Date.now() - since).toBeLessThan(5_000);
});

test("a flood, a background process and a hanging command do not end the shell", async () => {
  const { heard } = await solve([
    ask("yes | head -c 50000000"),
    ask("sleep 30 & echo started"),
    ask("echo still here"),
    submit,
  ]);
  expect(heard).toContain("started");
  expect(heard).toContain("still here");
});

test("without a key it says so in one line", async () => {
  expect(await openAgent("bash", {})).toEqual({
    agent: null,
    reason: expect.stringMatching(/^the agent bash cannot work: no model is configured .*ANTHROPIC_API_KEY/),
  });
  expect(await openAgent("repair", {})).toMatchObject({ agent: { name: "repair" } });
  expect(findAgent("bash")).toBeUndefined();
});
