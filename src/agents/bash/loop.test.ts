import { expect, test } from "vitest";
import { type Line, scriptedModel } from "../../llm/index.ts";
import { loop, type Step } from "./loop.ts";
import type { Shell } from "./shell.ts";

const limits = { steps: 5, tokens: 1_000, commandSeconds: 7 };
async function run(
  lines: Line[],
  given: Partial<typeof limits> & { signal?: AbortSignal; output?: string } = {},
) {
  const commands: string[] = [];
  const steps: Step[] = [];
  const shell: Shell = {
    run: async (command) => {
      commands.push(command);
      return { exit: 0, output: given.output ?? "done" };
    },
    changes: async () => ({}),
  };
  const heard: unknown[] = [];
  await loop(
    "It is broken.",
    { ...limits, ...given },
    {
      model: scriptedModel(lines, heard),
      shell,
      signal: given.signal ?? new AbortController().signal,
      onStep: (step) => steps.push(step),
    },
  );
  return { commands, steps, heard, end: steps.at(-1) };
}
const command = (text: string): Line => ({ calls: [{ name: "bash", input: { command: text } }] });
const submit: Line = { calls: [{ name: "submit", input: {} }] };

test("it runs what the model asks for, and stops when it submits", async () => {
  const { commands, end, heard } = await run([
    command("ls"),
    command("sed -i s/a/b/ x.py"),
    submit,
    command("never"),
  ]);
  expect(commands).toEqual(["ls", "sed -i s/a/b/ x.py"]);
  expect(end).toMatchObject({ why: "submitted" });
  expect(JSON.stringify(heard[1])).toContain("exit status 0\\ndone");
});

test.each([
  ["steps", Array(9).fill(command("ls")), {}],
  ["tokens", Array(9).fill(command("ls")), { tokens: 3 }],
  ["malformed", Array(9).fill({ text: "I think…" }), {}],
  ["model", [command("ls")], {}],
  ["aborted", [command("ls")], { signal: AbortSignal.abort() }],
] as const)("it ends on %s", async (why, lines, given) => {
  expect((await run([...lines], given)).end).toMatchObject({ kind: "ended", why });
});

test("a call of another form is answered, not run", async () => {
  const { commands, heard } = await run([
    { calls: [{ name: "bash", input: { cmd: "rm -rf /" } }] },
    { calls: [{ name: "python", input: {} }] },
    submit,
  ]);
  expect(commands).toEqual([]);
  expect(JSON.stringify(heard[1])).toContain("There is no such call");
});

test("a flood of output reaches the model as head and tail", async () => {
  const { heard } = await run([command("yes"), submit], { output: "x".repeat(50_000) });
  expect(JSON.stringify(heard[1])).toContain("40000 characters left out");
  expect(JSON.stringify(heard[1]).length).toBeLessThan(12_000);
});
