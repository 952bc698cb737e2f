import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
// @ts-expect-error scripts are plain JavaScript
import { offences } from "../rooms.mjs";

const clone = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "taoception-rooms-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A small house under this one's own rule; every file is a path and its text. */
function house(files: Record<string, string>): string {
  const folder = mkdtempSync(join(scratch, "house-"));
  for (const name of [".dependency-cruiser.mjs", "tsconfig.json", "package.json"])
    cpSync(join(clone, name), join(folder, name));
  symlinkSync(join(clone, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries({ ...legal, ...files })) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const legal = {
  "src/protocol/index.ts": 'export { word } from "./word.ts";\n',
  "src/protocol/word.ts": "export const word = 1;\n",
  "src/python/index.ts": 'import { word } from "../protocol/index.ts";\nexport const project = word;\n',
  "src/tasks/index.ts": 'import { project } from "../python/index.ts";\nexport type Task = typeof project;\n',
  "src/cli/main.ts": 'export const load = () => import("../tasks/index.ts");\n',
};

test("a legal house has no offence", async () => {
  expect(await offences(house({}))).toEqual([]);
});

test("each planted offence is named", async () => {
  const found: string[] = await offences(
    house({
      "src/protocol/upwards.ts": 'import type { Task } from "../tasks/index.ts";\nexport type Word = Task;\n',
      "src/agents/index.ts": 'export { project } from "../python/index.ts";\n',
      "src/agents/neighbour.ts": 'export type { Task } from "../tasks/index.ts";\n',
      "src/validator/backdoor.ts": 'export { word } from "../protocol/word.ts";\n',
      "src/scoring/impure.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
      "src/yuma/clock.ts": 'export { now } from "../platform/index.ts";\n',
      "src/platform/index.ts": "export const now = 1;\n",
      "src/protocol/core.ts": 'export { join } from "node:path";\n',
      "src/miner/one.ts": 'import type { Two } from "./two.ts";\nexport type One = Two | 1;\n',
      "src/miner/two.ts": 'import type { One } from "./one.ts";\nexport type Two = One | 2;\n',
      "src/gadgets/index.ts": 'export { word } from "../protocol/index.ts";\n',
    }),
  );
  for (const offence of [
    "protocol-imports-downwards: src/protocol/upwards.ts → src/tasks/index.ts",
    "agents-imports-downwards: src/agents/neighbour.ts → src/tasks/index.ts",
    "front-door: src/validator/backdoor.ts → src/protocol/word.ts",
    "pure-rooms-no-node: src/scoring/impure.ts → fs",
    "pure-rooms: src/yuma/clock.ts → src/platform/index.ts",
    "protocol-is-pure: src/protocol/core.ts → path",
    "no-cycle: src/miner/one.ts → src/miner/two.ts",
    "known-rooms-only: src/gadgets/index.ts → src/protocol/index.ts",
  ])
    expect(found).toContain(offence);
  expect(found.filter((line) => line.includes("src/agents/index.ts"))).toEqual([]);
});

test("a reader that reads fewer files than there are is an offence", async () => {
  const folder = house({});
  const config = join(folder, ".dependency-cruiser.mjs");
  writeFileSync(
    config,
    `import house from ${JSON.stringify(join(clone, ".dependency-cruiser.mjs"))};
     export default { ...house, options: { ...house.options, exclude: { path: "^src/python" } } };`,
  );
  expect(await offences(folder)).toContain("not read: src/python/index.ts");
});
