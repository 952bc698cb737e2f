import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../../platform/index.ts";
import { openSandbox, type Sandbox } from "../../sandbox/index.ts";
import { findAgent } from "../index.ts";

// A small package whose docstrings and siblings are all that the agent can lean on: the layer holds no pytest.
const pristine = `"""Baskets."""


def total(prices, discount=0):
    """
    >>> total([1, 2])
    3
    """
    amount = 0
    for price in prices:
        if price < 0:
            raise ValueError("negative price")
        amount += price
    return amount - discount


def cheapest(prices, default=None):
    if not prices:
        return default
    return min(prices)


def dearest(prices, default=None):
    if not prices:
        return default
    return max(prices)


def labels(names, limit):
    found = []
    for name in names:
        name = name.strip()
        if not name:
            continue
        found.append(name)
        if len(found) >= limit:
            break
    return found
`;
const bugs: { says: string; from: string; to: string; script: string; answer: string }[] = [
  {
    says: "a wrong operator",
    from: "return amount - discount",
    to: "return amount + discount",
    script: "from basket import total\nassert total([5, 5], 1) == 9",
    answer: "    return amount - discount",
  },
  {
    says: "a wrong comparison",
    from: "if len(found) >= limit:",
    to: "if len(found) > limit:",
    script: "from basket import labels\nassert labels(['a', 'b', 'c'], 2) == ['a', 'b']",
    answer: "        if len(found) >= limit:",
  },
  {
    says: "a guard that is gone, as a sibling has it",
    from: "def dearest(prices, default=None):\n    if not prices:\n        return default\n",
    to: "def dearest(prices, default=None):\n",
    script: "from basket import dearest\nassert dearest([], 7) == 7",
    answer: "    if not prices:",
  },
  {
    says: "a call that is gone",
    from: "        name = name.strip()\n",
    to: "",
    script: "from basket import labels\nassert labels([' ', 'b '], 2) == ['b']",
    answer: "strip()",
  },
];

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "repair-"));
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function solve(
  source: string | Buffer,
  statement: string,
  candidates: number,
  signal = AbortSignal.timeout(50_000),
) {
  const root = await mkdtemp(join(folder, "tree-"));
  for (const [path, content] of Object.entries({ "tree/basket.py": source, "layer/empty.py": "" })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const agent = findAgent("repair");
  if (!agent) throw new Error("no agent of that name");
  const context = {
    package: { name: "basket", version: "1" },
    sourceRoots: [""],
    testPaths: [],
    pytestArguments: [],
  };
  const solution = await agent.solve(
    { statement, context, difficulty: { logit: 0, low: -1, high: 1 } },
    { treeFolder: join(root, "tree"), environment: { folder: join(root, "layer") }, metadata: null },
    { candidates },
    { sandbox, logger: silentLogger, signal },
  );
  return { solution, tree: join(root, "tree") };
}

const statementOf = (script: string) =>
  `Baskets come out wrong\n\n\`\`\`python\n${script}\n\`\`\`\n\nIt fails.\n`;

describe("repair from the statement alone", () => {
  test.each(bugs)("$says", async ({ from, to, script, answer }) => {
    expect(pristine).toContain(from);
    const { solution, tree } = await solve(pristine.replace(from, to), statementOf(script), 1000);
    expect(solution).toMatchObject({ status: "patch" });
    if (solution.status !== "patch") return;
    expect(solution.patch).toContain(answer);
    await writeFile(join(tree, "..", "answer.patch"), solution.patch);
    await promisify(execFile)("git", ["apply", "../answer.patch"], { cwd: tree });
    await promisify(execFile)(sandbox.interpreter, ["-c", script], { cwd: tree });
    expect(JSON.parse(JSON.stringify(solution.trajectory))).toEqual(solution.trajectory);
  });

  test("line ends and a byte that is no UTF-8 stay as they were", async () => {
    const { from, to, script } = bugs[0]!;
    const text = `# -*- coding: latin-1 -*-\n# caf\u00e9\n${pristine.replace(from, to)}`.replaceAll(
      "\n",
      "\r\n",
    );
    const { solution } = await solve(Buffer.from(text, "latin1"), statementOf(script), 300);
    expect(solution).toMatchObject({ status: "patch" });
    if (solution.status !== "patch") return;
    const lines = solution.patch.split("\n").filter((line) => /^[-+ ](?![-+])/.test(line));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/\r$/);
  });
});

describe("abstaining", () => {
  const { from, to, script } = bugs[0]!;

  test("where the statement shows nothing to run, or nothing that fails", async () => {
    const broken = pristine.replace(from, to);
    expect((await solve(broken, "Totals are wrong.", 50)).solution).toMatchObject({ status: "abstained" });
    expect((await solve(pristine, statementOf(script), 50)).solution).toMatchObject({
      status: "abstained",
      reason: expect.stringContaining("fails on the tree"),
    });
    const unfit = statementOf("import nothing_of_that_name\nassert nothing_of_that_name.x");
    expect((await solve(broken, unfit, 50)).solution).toMatchObject({ status: "abstained" });
  });

  test("when the budget is spent or the time is over", async () => {
    const broken = pristine.replace(from, to);
    const { solution } = await solve(broken, statementOf(script), 0);
    expect(solution).toMatchObject({ status: "abstained" });
    expect(solution.trajectory.at(-1)).toMatchObject({ kind: "end", tried: 0 });
    expect((await solve(broken, statementOf(script), 300, AbortSignal.abort())).solution).toMatchObject({
      status: "abstained",
    });
  });
});
