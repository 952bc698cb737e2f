import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { developmentKeypair, readKeyfile } from "../bittensor/index.ts";
import { startLocalChain } from "../localchain/index.ts";
import { silentLogger, TaoceptionError } from "../platform/index.ts";
import type { Door } from "./door.ts";
import { COMMANDS, main } from "./main.ts";
import { exitCodeOf, linesOf, UsageError } from "./usage.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Call the door with words; no process. HOME is an empty folder, so that nobody's own settings count. */
async function call(words: readonly string[], environment: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const door: Door = {
    argv: words,
    environment: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdin: Readable.from([]),
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    signal: AbortSignal.timeout(30_000),
  };
  const code = await main(door);
  const lines = String(stderr.read() ?? "").split("\n");
  return { code, out: String(stdout.read() ?? ""), told: lines.slice(0, -1) };
}

/** What is told of a wrong call, without the program's name before it; nothing may be on stdout. */
async function problemsOf(words: readonly string[], environment: Record<string, string> = {}) {
  const { code, out, told } = await call(words, environment);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(told.filter((line) => !line.startsWith("taoception: "))).toEqual([]);
  return told.map((line) => line.replace("taoception: ", ""));
}

/** Every command, as words. */
async function commands(): Promise<Command[]> {
  const program = new Command("taoception");
  for (const load of Object.values(COMMANDS)) (await load()).add(program, { argv: [] } as unknown as Door);
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
  return every(program);
}
const wordsOf = (command: Command): string[] =>
  command.parent ? [...wordsOf(command.parent), command.name()] : [];

describe("help", () => {
  test("of every command lists each of its flags, arguments and commands, on stdout", async () => {
    const all = await commands();
    expect(all.length).toBeGreaterThan(15);
    for (const command of all) {
      const { code, out, told } = await call([...wordsOf(command), "--help"]);
      expect([code, told]).toEqual([0, []]);
      for (const { flags, hidden } of command.options) if (!hidden) expect(out).toContain(flags);
      for (const argument of command.registeredArguments) expect(out).toContain(`<${argument.name()}>`);
      for (const inner of command.commands) expect(out).toContain(inner.name());
    }
  });

  test("comes without a command too, as what was missing", async () => {
    for (const words of [[], ["tasks"], ["chain"], ["wallet"], ["dataset"]]) {
      const { code, out, told } = await call(words);
      expect([code, out]).toEqual([2, ""]);
      expect(told.join("\n")).toContain("Usage: taoception");
    }
  });

  test("--version is package.json's", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await call(["--version"])).toEqual({ code: 0, out: `${version}\n`, told: [] });
  });
});

describe("a wrong call is told in one line", () => {
  test.each<[string[], RegExp]>([
    [["evalute"], /^unknown command 'evalute' \(Did you mean evaluate\?\)$/],
    [["tasks", "biuld"], /^unknown command 'biuld' \(Did you mean build\?\)$/],
    [["toString"], /^unknown command 'toString'$/],
    [["--bogus"], /^unknown option '--bogus'$/],
    [["up", "--bogus"], /^unknown flag --bogus \(taoception up --help/],
    [["up", "--ruonds", "3"], /^unknown flag --ruonds; did you mean --rounds\?$/],
    [["up", "--bogus=3"], /^unknown flag --bogus /],
    [["up", "now"], /^now is one word too many$/],
    [["replay"], /^<round> is missing: /],
    [["replay", "-1"], /^<round>: give a whole number from 0$/],
    [["evaluate", "--patch", "x"], /^<task> is missing: /],
    [["evaluate", "x"], /^--patch is missing: /],
    [["dataset", "build"], /^--out is missing: /],
    [["dataset", "build", "--out"], /^--out has no value: /],
    [["dataset", "build", "--out", ""], /^--out has no value: /],
    [["up", "--home", "--json"], /^--home has no value: /],
    [["up", "--database-url", "localhost"], /^--database-url: give an address such as postgresql:/],
    [["up", "--package", "a b"], /^--package: give a package as NAME or NAME==VERSION$/],
    [["up", "--package", "a", "--path", "b"], /^give either --package or --path, not both$/],
    [["tasks", "build"], /^give --package NAME or --path DIR$/],
    [["chain", "epoch", "--input", "/none"], /^--input: \/none cannot be read \(ENOENT\)$/],
    [["wallet", "create"], /^<file> is missing: /],
    [["miner", "--local", "--netuid=70000"], /^--netuid: give a whole number from 0 to 65535$/],
    [["miner", "--local", "--subtensor.network", "nowhere"], /^nowhere is neither a network nor an address/],
    [["miner", "--local", "--wallet.hotkey", "../x"], /^"..\/x" is no name of a wallet or hotkey$/],
    [["miner", "--local"], /^there is no key at .*\/default\/hotkeys\/default .*taoception wallet new/],
    [
      ["validator"],
      /^give the IP address at which others reach this machine \(--axon.external_ip\), or --local$/,
    ],
    [["validator", "--local", "--keyfile", "k", "--wallet.name", "w"], /^give either --keyfile or --wallet/],
    [
      ["miner", "--local", "--chain=http://a:1", "--subtensor.network", "test"],
      /^give either --chain or --subt/,
    ],
    [["wallet", "create", "/none/key"], /^\/none\/key: there is no folder \/none$/],
  ])("%j", async (words, problem) => {
    expect(await problemsOf(words)).toEqual([expect.stringMatching(problem)]);
  });

  test.each(["0", "-1", "1e3", " 5", "5 ", "0x10", "1.5", "", "9".repeat(30), "١"])(
    "%j is no number of rounds",
    async (number) => {
      const [problem, ...others] = await problemsOf(["up", `--rounds=${number}`]);
      expect(others).toEqual([]);
      expect(problem).toMatch(/^--rounds(: give a whole number from 1 to 1000000| has no value: .*)$/);
    },
  );

  test.each(["ftp://somewhere", "127.0.0.1:9944", "http://", "chain"])("%j is no chain", async (url) => {
    const words = ["validator", "--local", "--keyfile", "k", "--netuid", "1", "--chain", url];
    expect(await problemsOf(words)).toEqual([expect.stringMatching(/^--chain: give an http\(s\) address/)]);
  });

  test.each(["0", "-1", "1.0000000001", "1e3", "x"])("%j is no stake", async (amount) => {
    const words = ["chain", "stake", "--url", "http://127.0.0.1:1", "--netuid", "1"];
    const problems = await problemsOf([...words, "--hotkey", "a", "--coldkey", "b", `--tao=${amount}`]);
    expect(problems).toEqual([expect.stringMatching(/^--tao: give /)]);
  });

  test("a level of the log that there is not", async () => {
    for (const words of [["up"], ["replay", "0"], ["chain", "run", "--home", "h", "--genesis", "g"]])
      expect(await problemsOf(words, { TAOCEPTION_LOG: "loud" })).toEqual([
        "TAOCEPTION_LOG: give debug, info, warn, error or silent",
      ]);
  });
});

test("everything that is wrong is told at once, under the name that it was given by", async () => {
  const environment = { DATABASE_URL: "mysql://db", TAOCEPTION_LOG: "loud", LLM_BASE_URL: "x" };
  const words = ["--rounds", "0", "--bogus", "--package", "a", "--path", "b", "--deadline", "1", "--home"];
  const problems = await problemsOf(["up", ...words], environment);
  const names = problems.map((problem) => /--?[a-z-]+|[A-Z_]{4,}/.exec(problem)?.[0]);
  expect(names.sort()).toEqual(
    ["--bogus", "--home", "--rounds", "--deadline", "--package", ...Object.keys(environment)].sort(),
  );
});

test("a variable that is set to nothing is not set", async () => {
  const empty = { DATABASE_URL: "", TAOCEPTION_LOG: "", LLM_BASE_URL: "", TAOCEPTION_HOME: "" };
  expect(await problemsOf(["replay", "x"], empty)).toHaveLength(1);
});

describe("reading what is not there", () => {
  test.each([
    ["replay", "0"],
    ["dataset", "build", "--out", "OUT"],
  ])("%s makes nothing", async (...words) => {
    const home = join(folder, "none");
    const out = join(folder, "out");
    const problems = await problemsOf([
      ...words.map((word) => (word === "OUT" ? out : word)),
      "--home",
      home,
    ]);
    expect(problems).toEqual([expect.stringContaining(`there is no record in ${home}`)]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a file that is no task", async () => {
    const file = join(folder, "x.json");
    await writeFile(file, "{}");
    expect(await problemsOf(["tasks", "show", file])).toEqual([expect.stringContaining("is no task")]);
    expect(await problemsOf(["tasks", "show", join(folder, "y.json")])).toEqual([
      expect.stringContaining("cannot be read (ENOENT)"),
    ]);
    const both = await problemsOf(["evaluate", file, "--patch", join(folder, "none.patch")]);
    expect(both).toEqual([
      expect.stringContaining("is no task"),
      expect.stringContaining("none.patch cannot be read (ENOENT)"),
    ]);
  });
});

test("a wallet is made once, for its owner alone, and registers a hotkey on a chain", async () => {
  const [hotkey, coldkey] = [join(folder, "hotkey"), join(folder, "coldkey")];
  const made = await call(["wallet", "create", hotkey]);
  expect(made.code).toBe(0);
  const { address } = await readKeyfile(hotkey);
  expect(made.out).toBe(`${address}\n`);
  const before = await readFile(hotkey, "utf8");
  expect(await problemsOf(["wallet", "create", hotkey])).toEqual([
    expect.stringContaining("is there already"),
  ]);
  expect(await readFile(hotkey, "utf8")).toBe(before);

  const { out } = await call(["wallet", "create", coldkey, "--json"]);
  const { address: payer } = JSON.parse(out);
  const owner = developmentKeypair("Owner").address;
  const genesis = { owner, ownerHotkey: owner, accounts: { [payer]: "50000000000" } };
  const home = join(folder, "chain");
  await using chain = await startLocalChain({ home, genesis, blockMs: 20, logger: silentLogger });
  const keys = ["--url", chain.url, "--netuid", "1", "--hotkey", hotkey, "--coldkey", coldkey];
  expect((await call(["chain", "register", ...keys])).out).toMatch(
    new RegExp(`^${address} now has uid \\d+ `),
  );
  const again = await call(["chain", "register", ...keys, "--json"]);
  expect(JSON.parse(again.out)).toMatchObject({ netuid: 1, hotkey: address, coldkey: payer });
  const staked = await call(["chain", "stake", ...keys, "--tao", "12.5"]);
  expect(staked).toMatchObject({ code: 0, out: `${address} has 12.5 TAO of stake on subnet 1\n`, told: [] });
  const tooMuch = await call(["chain", "stake", ...keys, "--tao", "9000"]);
  expect(tooMuch).toMatchObject({
    code: 1,
    out: "",
    told: [expect.stringMatching(/^taoception: .*refused/)],
  });
});

test("no key and no chain are told at once", async () => {
  const keys = ["--hotkey", join(folder, "a"), "--coldkey", join(folder, "b")];
  const words = ["chain", "register", "--url", "http://127.0.0.1:9", "--netuid", "1"];
  expect(await problemsOf([...words, ...keys])).toEqual([
    expect.stringMatching(/^hotkey: .* is no keyfile that can sign/),
    expect.stringMatching(/^coldkey: .* is no keyfile that can sign/),
  ]);
  for (const name of ["a", "b"]) await call(["wallet", "create", join(folder, name)]);
  expect(await problemsOf([...words, ...keys])).toEqual([
    expect.stringMatching(/^no chain answers at .* — `up` tells/),
  ]);
});

test("doctor is quick without a network, and says how to mend it", { timeout: 20_000 }, async () => {
  const began = performance.now();
  const { code, out, told } = await call(["doctor", "--json"], {
    UV_DEFAULT_INDEX: "http://127.0.0.1:9/simple",
  });
  expect(performance.now() - began).toBeLessThan(15_000); // below 5 s on a machine that does nothing else
  expect(code).toBe(2);
  expect(told).toEqual([expect.stringMatching(/^taoception: .*package index.*: not right$/)]);
  const checks: { name: string; ok: boolean; mend?: string }[] = JSON.parse(out);
  const bad = checks.find(({ name }) => name === "package index");
  expect(bad).toMatchObject({ ok: false, mend: expect.stringContaining("without a proxy") });
  for (const { ok, mend } of checks) expect(ok || mend !== undefined).toBe(true);
});

test("evaluate has two ways, and tells every flag that belongs to the other one", async () => {
  const told = async (...words: string[]) => (await problemsOf(["evaluate", ...words])).join("\n");
  expect(await told()).toMatch(/<task> is missing[\s\S]*--patch is missing/);
  expect(await told("--dataset", "d")).toContain("--predictions is missing");
  expect(await told("t.json", "--patch", "p", "--dataset", "d")).toContain("give a task and --patch, or");
  const one = await told("t.json", "--patch", "p", "--workers", "2", "--out", "o", "--run-id", "r");
  for (const flag of ["--workers", "--out", "--run-id"])
    expect(one).toContain(`${flag}: goes with --dataset`);
  expect(await told("--dataset", "d", "--predictions", "gold", "--receipt", "r", "--keyfile", "k")).toContain(
    "--receipt: is for one task and its patch",
  );
  expect(await told("t.json", "--patch", "p", "--receipt", "r")).toContain(
    "--receipt and --keyfile go together",
  );
});

test("a sandbox that is not there is told, and what to set", async () => {
  const build = (environment: Record<string, string>) =>
    problemsOf(["tasks", "build", "--package", "x"], environment);
  const told = (await build({ TAOCEPTION_SANDBOX: "chroot" })).join("\n");
  expect(told).toContain("there is no sandbox chroot");
  expect((await build({ TAOCEPTION_SANDBOX: "oci" })).join("\n")).toContain("set TAOCEPTION_IMAGE");
});

describe("exit codes", () => {
  test.each([
    ...["no-python", "no-postgres", "postgres-in-use", "cannot-listen", "no-sandbox", "missing-program"],
    ...["bad-index", "home-in-use", "bad-keyfile", "bad-sandbox", "no-engine", "no-image", "bad-image"],
  ])("%s is for the person to mend", (code) => {
    expect(exitCodeOf(new TaoceptionError(code, ""))).toBe(2);
  });

  test("a job that failed is 1, a program that could not start tells its own", () => {
    for (const code of ["not-prepared", "no-tasks", "not-resolved"])
      expect(exitCodeOf(new TaoceptionError(code, ""))).toBe(1);
    for (const code of ["barren", "program-gave-up"])
      expect(exitCodeOf(new TaoceptionError(code, ""))).toBe(3);
    expect(exitCodeOf(new TypeError("x"))).toBe(1);
    expect(exitCodeOf(new UsageError(["x"]))).toBe(2);
    const failed = (how: string) => new TaoceptionError("failed-start", `miner-1 could not start (${how})`);
    expect(exitCodeOf(failed("exit code 2: uv was not found"))).toBe(2);
    expect(exitCodeOf(failed("exit code 1: no"))).toBe(1);
  });

  test("an error is one line: what it names itself is not told twice, what mends it comes last", () => {
    const cause = new TaoceptionError("x", "the door is\n locked", { mend: "open it" });
    expect(linesOf(new TaoceptionError("y", "no way in", { cause }))).toEqual([
      "no way in: the door is | locked — open it",
    ]);
    expect(linesOf(new TaoceptionError("z", "refused: NotEnough", { cause: "NotEnough" }))).toEqual([
      "refused: NotEnough",
    ]);
  });
});
