import { afterAll, beforeAll, expect, test } from "vitest";
import { findPlaces } from "../../src/sandbox/cgroups/places.ts";
import { openSandbox, type Sandbox, type Template } from "../../src/sandbox/index.ts";
import { inside, limits, makeGround } from "./probes.ts";

const megabyte = 1024 * 1024;
let sandbox: Sandbox;
let template: Template;
let ground: Awaited<ReturnType<typeof makeGround>>;
beforeAll(async () => {
  sandbox = await openSandbox();
  ground = await makeGround();
  template = await sandbox.openTemplate({ ...ground.spec, preload: [], program: inside("flood.py") });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await ground[Symbol.asyncDispose]();
});

/** Run a way of flooding, and measure what this process grew by at the worst. */
async function flood(what: string) {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  const done = await template.run({ lower: ground.lower, files: {}, input: { do: what }, limits });
  clearInterval(timer);
  most = Math.max(most, process.memoryUsage().rss);
  return { done, grown: (most - before) / megabyte };
}

test.each(["reports", "many", "endless"])(
  "a job that floods its private channel is killed: %s",
  async (what) => {
    const { done, grown } = await flood(what);
    expect(done).toMatchObject({ exitCode: null, signal: "SIGKILL", exceeded: "output" });
    expect(done.reports.length).toBeLessThanOrEqual(16 * megabyte);
    expect(grown).toBeLessThan(400);
  },
);

test.each(["nested", "brackets"])(
  "JSON that would cost many times its size is not read: %s",
  async (what) => {
    const { done, grown } = await flood(what);
    expect(done).toMatchObject({ exitCode: 0 });
    expect(JSON.stringify(done.reports[0])).toBe('"here"');
    expect(done.reports.length).toBeLessThan(60);
    expect(grown).toBeLessThan(400);
  },
);

test("bytes that come one by one cost no more than themselves", async () => {
  const { done, grown } = await flood("drips");
  expect(done.exitCode).toBe(0);
  expect(done.stdout).toMatch(/^x+$/);
  expect(grown).toBeLessThan(200);
});

test("NULs, invalid UTF-8 and broken JSON on the channel are left out, and what stands around them is read", async () => {
  const { done } = await flood("nonsense");
  expect(done.exitCode).toBe(0);
  expect(done.reports).toEqual(["here", "before", "\ufffd\ufffd", "after"]);
});

test("a job that floods stdout keeps its first megabyte", async () => {
  const { done } = await flood("stdout");
  expect(done).toMatchObject({ exceeded: "output", truncated: true, signal: "SIGKILL" });
  expect(Buffer.byteLength(done.stdout, "latin1")).toBe(megabyte);
});

test("a job that never reads its input ends as it likes, or at its time", async () => {
  const stdin = Buffer.alloc(8 * megabyte, "x");
  const early = await sandbox.run({ argv: ["/bin/sh", "-c", "exit 3"], stdin, limits });
  expect(early).toMatchObject({ exitCode: 3 });
  const never = await sandbox.run({
    argv: ["/bin/sleep", "60"],
    stdin,
    limits: { ...limits, wallMs: 700 },
  });
  expect(never).toMatchObject({ timedOut: true, signal: "SIGKILL" });
});

const speaks = (code: string) =>
  sandbox.openSession({ argv: [sandbox.interpreter, "-c", `import os, time\n${code}`], limits });

test.each([
  ["a bomb of brackets", 'for _ in range(500): os.write(3, b"[" * 60000)\nos.write(3, b"\\n")', /no JSON/],
  ["a line without end", 'while True: os.write(3, b"x" * 60000)', /a line of more than/],
  ["NULs and invalid UTF-8", 'os.write(3, b"\\0\\xff\\n")', /no JSON/],
  ["nothing", "time.sleep(60)", /no answer after 700 ms/],
  ["a flood of stderr", 'while True: os.write(2, b"x" * 60000)', /flooded stderr/],
])("a session ends whose child sends %s", async (_, code, reason) => {
  await using session = await speaks(code);
  await expect(
    session.ask("x".repeat(megabyte), { timeoutMs: code.includes("sleep") ? 700 : 20_000 }),
  ).rejects.toThrow(reason);
});

test("a session ends whose child goes on answering", async () => {
  await using session = await speaks('while True: os.write(3, b"0\\n" * 1000)');
  expect(await session.ask(1)).toBe(0);
  await expect(session.ask(2).then(() => session.ask(3))).rejects.toThrow(/without being asked/);
});

test.skipIf(findPlaces().length === 0)(
  "a fork that takes memory which nobody has mapped is told apart where it is alone, and takes no other's verdict",
  async () => {
    const spec = { ...ground.spec, limits, preload: [], program: inside("flood.py") };
    const job = (what: string) => ({ lower: ground.lower, files: {}, input: { do: what }, limits });
    await using alone = await sandbox.openTemplate(spec);
    expect(await alone.run(job("files"))).toMatchObject({ exitCode: null, exceeded: "memory" });
    await expect(alone.run(job("waits"))).rejects.toMatchObject({ code: "template-ended", retryable: true });
    await using shared = await sandbox.openTemplate(spec);
    const both = await Promise.allSettled([shared.run(job("waits")), shared.run(job("files"))]);
    for (const each of both) {
      if (each.status === "rejected")
        expect(each.reason).toMatchObject({ code: "template-ended", retryable: true });
      else expect(each.value).toMatchObject({ exitCode: 0 });
    }
  },
);
