import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test } from "vitest";
import { developmentKeypair, openChain } from "../../bittensor/index.ts";
import { UsageError } from "../usage.ts";
import { add } from "./chain.ts";

const vectors = new URL("../../../test/vectors/yuma-runtime-293.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(vectors, "utf8"));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "chain-command-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Call the command; `out` is what it printed so far. */
function call(
  argv: string[],
  { stdin = Readable.from([]) as Readable, signal = AbortSignal.timeout(20_000) } = {},
) {
  const printed: string[] = [];
  const written = new Writable({
    write(chunk, _, done) {
      printed.push(String(chunk));
      done();
    },
  });
  const stdout = written as unknown as NodeJS.WriteStream;
  const program = new Command().exitOverride();
  add(program, { argv, environment: {}, stdin, stdout, stderr: stdout, signal });
  return { done: program.parseAsync(["chain", ...argv], { from: "user" }), out: () => printed.join("") };
}

async function file(value: unknown): Promise<string> {
  const path = join(folder, "input.json");
  await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

test.each([0, 7, 20])(
  "epoch prints what the chain gave for case %i, from a file and from standard input",
  async (at) => {
    const expected = { epochs: cases[at].epochs.map(({ out }: { out: unknown }) => ({ out })) };
    const read = call(["epoch", "--input", await file(cases[at])]);
    await read.done;
    expect(read.out()).toBe(`${JSON.stringify(expected)}\n`);
    const piped = call(["epoch", "--input", "-"], { stdin: Readable.from([JSON.stringify(cases[at])]) });
    await piped.done;
    expect(piped.out()).toBe(read.out());
  },
);

test.each([
  ["no JSON", "{", /^--input: this is not JSON$/],
  ["many cases", { cases }, /give one of its cases$/],
  ["nothing of a case", {}, /^--input: not an epoch case: .* at params; .* at epochs$/],
  [
    "a number out of range",
    { ...cases[0], params: { ...cases[0].params, kappa: 70_000 } },
    /at params.kappa$/,
  ],
])("epoch refuses %s in one line", async (_, value, problem) => {
  const error = await call(["epoch", "--input", await file(value)]).done.catch((refused) => refused);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.problems).toEqual([expect.stringMatching(problem)]);
  expect(error.problems[0]).not.toContain("\n");
});

test("epoch tells of a file that is not there", async () => {
  await expect(call(["epoch", "--input", join(folder, "none")]).done).rejects.toThrow(
    /none cannot be read \(ENOENT\)/,
  );
});

test("run tells its port, answers there, and ends when standard input does", async () => {
  const owner = developmentKeypair("Owner").address;
  const genesis = await file({ owner, ownerHotkey: owner, accounts: { [owner]: "7" } });
  const stdin = new PassThrough();
  const argv = [
    "run",
    "--home",
    join(folder, "chain"),
    "--genesis",
    genesis,
    "--block-ms",
    "20",
    "--attached",
  ];
  const running = call(argv, { stdin });
  while (!running.out().includes("\n")) await new Promise((resolve) => setTimeout(resolve, 10));
  const { port, genesisHash } = JSON.parse(running.out());
  const chain = openChain({ url: `http://127.0.0.1:${port}` });
  expect((await chain.head()).genesis).toBe(genesisHash);
  expect((await chain.account(owner)).balance).toBe("7");
  const second = call(argv, { stdin: new PassThrough() });
  await expect(second.done).rejects.toMatchObject({ code: "home-in-use" });
  stdin.end();
  await running.done;
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
});

test("run refuses a genesis that is not right", async () => {
  const argv = ["run", "--home", join(folder, "chain"), "--genesis", await file({ owner: "me" })];
  await expect(call(argv).done).rejects.toThrow(/^--genesis: .*owner: not an SS58 address/);
  await expect(call([...argv, "--port", "x"]).done).rejects.toThrow("--port: give a whole number");
});

test("run tells all that is wrong with either kind of chain", async () => {
  const problems = async (...argv: string[]) => {
    const error = await call(["run", ...argv]).done.catch((refused) => refused);
    expect(error).toBeInstanceOf(UsageError);
    return error.problems;
  };
  expect(await problems("--block-ms", "5")).toEqual([
    "--home is missing: where the block log lies",
    "--genesis is missing: accounts and parameters of block 0, as JSON",
    "--block-ms: give a whole number from 10 to 60000",
  ]);
  expect(await problems("--chain.runtime", "x", "--home", "y")).toEqual([
    "--chain.runtime: it has its own genesis and keeps nothing: leave --home and --genesis out",
  ]);
  expect(await problems("--chain.runtime", join(folder, "none"))).toEqual([
    expect.stringMatching(/^--chain.runtime: .*none cannot be read \(ENOENT\)$/),
  ]);
  expect(await problems("--chain.runtime", await file({ name: "x" }))).toEqual([
    expect.stringMatching(/^--chain.runtime: the chain spec cannot be read: .*at genesis$/),
  ]);
});
