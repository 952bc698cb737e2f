import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, realpathSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const uv = fileURLToPath(new URL("../../.runtime/uv/bin/uv", import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Start our own program, on a machine on which these programs are not. */
function start(words: readonly string[], { without = [] as readonly string[], path = "/usr/bin:/bin" } = {}) {
  const hidden = without.flatMap((place) => ["--ro-bind", "/dev/null", place]);
  const jail = ["--dev-bind", "/", "/", ...hidden];
  const [program = "", ...rest] = [
    ...(hidden.length > 0 ? ["bwrap", ...jail] : []),
    ...[process.execPath, main, ...words],
  ];
  const child = spawn(program, rest, { env: { PATH: path, HOME: folder }, stdio: "pipe" });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, ended, out: () => String(Buffer.concat(out)), err: () => String(Buffer.concat(err)) };
}

const pythons = () =>
  ["/usr/bin", "/usr/local/bin"].flatMap((at) =>
    readdirSync(at)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .map((name) => realpathSync(join(at, name))),
  );

test.each<[string, () => string[], RegExp]>([
  ["bubblewrap", () => ["/usr/bin/bwrap"], /bubblewrap: .*— apt-get install bubblewrap/],
  ["uv", () => [uv], /uv was not found — run the project's set-up again, or install uv/],
  ["python3", () => [...new Set(pythons())], /no Python of at least 3\.10.*— apt-get install python3/],
])("without %s a line says what to type, and nothing is begun", async (_, without, line) => {
  const home = join(folder, "home");
  const cases = [
    ["up", "--home", home],
    ["tasks", "build", "--package", "toolz"],
  ];
  for (const words of cases) {
    const run = start(words, { without: without() });
    expect(await run.ended).toBe(2);
    expect(run.out()).toBe("");
    const lines = run.err().trimEnd().split("\n");
    expect(lines.filter((each) => line.test(each))).toHaveLength(1);
    expect(lines.filter((each) => !each.startsWith("taoception: "))).toEqual([]);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("when nobody reads stdout, it ends and says nothing", async () => {
  const run = start(["--help"]);
  run.child.stdout.destroy();
  expect(await run.ended).toBe(141);
  expect(run.err()).toBe("");
});

/** A program behind our door whose command line is this one. */
async function behindDoor(commandLine: string) {
  const program = join(folder, "program.ts");
  const openDoor = JSON.stringify(fileURLToPath(new URL("./openDoor.ts", import.meta.url)));
  await writeFile(program, `import { openDoor } from ${openDoor};\nawait openDoor(process, ${commandLine});`);
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const until = async (text: string) => {
    while (!out.includes(text)) await new Promise((done) => setTimeout(done, 20));
  };
  return { child, ended, until, out: () => out, err: () => err };
}

test("Ctrl-C once asks for the end, what comes with it counts as one, and later once more ends at once", async () => {
  const { child, ended, until } = await behindDoor(`({ stdout, signal }) => {
  signal.addEventListener("abort", () => stdout.write("asked\\n"));
  setInterval(() => {}, 1000); // it does not end when it is asked to
  stdout.write("begun\\n");
  return new Promise(() => {});
}`);
  await until("begun");
  for (let times = 0; times < 3; times += 1) child.kill("SIGINT");
  await until("asked");
  await new Promise((done) => setTimeout(done, 700));
  expect(child.exitCode).toBeNull();
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
});

test.each([
  ["while it works", "const asked = Promise.resolve();"],
  ["while it ends", "const asked = new Promise((done) => signal.addEventListener('abort', done));"],
])("a rejection that nobody handles is told and is no success, %s", async (_, asked) => {
  const { child, ended, until, out, err } = await behindDoor(`async ({ stdout, signal }) => {
  ${asked}
  const ended = new Promise((done) => signal.addEventListener("abort", () => setTimeout(done, 200)));
  void asked.then(() => { throw new Error("nobody heard of it"); });
  const alive = setInterval(() => {}, 1000);
  stdout.write("begun\\n");
  await ended;
  clearInterval(alive);
  stdout.write("ended in order\\n");
  return 0;
}`);
  await until("begun");
  if (asked.includes("abort")) child.kill("SIGTERM");
  expect(await ended).toEqual([1, null]);
  expect(err()).toMatch(/^taoception: Error: nobody heard of it\n {4}at /);
  expect(out()).toBe("begun\nended in order\n");
});
