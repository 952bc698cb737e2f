import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSandbox, type Sandbox, type SandboxChoice } from "../../src/sandbox/index.ts";
import { limits, processesWith, python, walls } from "./walls.ts";

/** How many tests `wallTests` makes, for whoever has to tell that they were not run. */
export const COUNT = walls.length + 13;

/** Hold one backend to everything that all backends must hold. */
export function wallTests(name: string, choose: () => SandboxChoice): void {
  describe(name, () => {
    let sandbox: Sandbox;
    let folder: string;
    let server: Server;
    let connections = 0;
    beforeAll(async () => {
      sandbox = await openSandbox(choose());
      folder = await mkdtemp(join(tmpdir(), "walls-"));
      await chmod(folder, 0o755);
      server = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    });
    afterAll(async () => {
      server.close();
      await sandbox?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    test.each(walls.map((wall) => [wall.name, wall] as const))("a job that %s", async (_, wall) => {
      const word = `wall-${Math.random().toString(36).slice(2)}`;
      const port = String((server.address() as AddressInfo).port);
      const started = performance.now();
      const done = await sandbox.run(
        python(sandbox, `# ${word}\n${wall.code.replaceAll("PORT", port)}`, {
          limits: { ...limits, ...wall.limits },
          ...(wall.stdin === undefined ? {} : { stdin: wall.stdin }),
        }),
      );
      expect(done).toMatchObject(wall.expected);
      const said = `${done.stdout}\n${done.stderr}`;
      if (wall.says) expect(done.stdout).toMatch(wall.says);
      if (wall.neverSays) expect(said).not.toMatch(wall.neverSays);
      expect(done.stdout.length).toBeLessThanOrEqual(limits.outputBytes);
      expect(performance.now() - started).toBeLessThan(wall.withinMs ?? limits.wallMs);
      expect(await processesWith(word)).toEqual([]);
      expect(connections).toBe(0);
    });

    test("mounts are seen at their places, read-only unless they are said to be writable", async () => {
      const [kept, open] = [join(folder, "kept"), join(folder, "open")];
      await mkdir(kept);
      await mkdir(open);
      await chmod(kept, 0o755);
      await chmod(open, 0o777);
      await writeFile(join(kept, "file"), "kept", { mode: 0o644 });
      await writeFile(join(folder, "closed"), "closed", { mode: 0o600 });
      const code = `import os
print(open("/given/kept/file").read(), open("/given/closed").read())
for path in ("/given/kept/new", "/given/kept/file", "/given/closed", "/given/new"):
    try: open(path, "w"); print("WRITTEN", path)
    except OSError: pass
open("/given/open/new", "w").write("from inside")`;
      const done = await sandbox.run(
        python(sandbox, code, {
          mounts: [
            { from: kept, at: "/given/kept" },
            { from: join(folder, "closed"), at: "/given/closed" },
            { from: open, at: "/given/open", writable: true },
          ],
        }),
      );
      expect(done).toMatchObject({ exitCode: 0, stdout: "kept closed\n" });
      expect(await readFile(join(open, "new"), "utf8")).toBe("from inside");
    });

    test("two at once know nothing of each other", async () => {
      const code = `import os, time
open("/tmp/mine", "w").close()
time.sleep(0.5)
print(len([name for name in os.listdir("/proc") if name.isdigit()]) < 5, os.listdir("/tmp"))`;
      const both = await Promise.all([1, 2].map(() => sandbox.run(python(sandbox, code))));
      for (const done of both) expect(done).toMatchObject({ exitCode: 0, stdout: "True ['mine']\n" });
    });

    test("the next job finds nothing of the one before", async () => {
      await sandbox.run(python(sandbox, "open('/tmp/left', 'w'); open('/dev/shm/left', 'w')"));
      const code = "import os; print(os.listdir('/tmp'), os.listdir('/dev/shm'))";
      expect(await sandbox.run(python(sandbox, code))).toMatchObject({ stdout: "[] []\n" });
    });

    test("an aborted job is thrown, and is gone", async () => {
      const word = `wall-${Math.random().toString(36).slice(2)}`;
      const started = performance.now();
      const signal = AbortSignal.timeout(600);
      const job = python(sandbox, `import time  # ${word}\ntime.sleep(60)`);
      await expect(sandbox.run(job, { signal })).rejects.toThrow(/abort|timeout/i);
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(await processesWith(word)).toEqual([]);
    });

    test("a session answers, and ends with what it wrote to stderr", async () => {
      const code = `import json, os, sys
asks, answers = os.fdopen(3, "r"), os.fdopen(os.dup(3), "w")
for line in asks:
    asked = json.loads(line)
    if asked == "end": sys.exit("that was all")
    print(json.dumps({"asked": asked, "long": "x" * 100000}), file=answers, flush=True)`;
      await using session = await sandbox.openSession(python(sandbox, code));
      for (const asked of [1, "two", { three: ["ü".repeat(70_000)] }])
        expect(await session.ask(asked)).toEqual({ asked, long: "x".repeat(100_000) });
      await expect(session.ask("end")).rejects.toMatchObject({ code: "session-ended" });
      await expect(session.ask("more")).rejects.toThrow(/that was all/);
    });

    test("a session that does not answer in time is ended", async () => {
      await using session = await sandbox.openSession(python(sandbox, "import time; time.sleep(60)"));
      await expect(session.ask(1, { timeoutMs: 500 })).rejects.toMatchObject({ code: "session-ended" });
    });

    const ground = async (name: string) => {
      const lowers = join(folder, name, "lowers");
      await mkdir(join(lowers, "one"), { recursive: true });
      await mkdir(join(lowers, "two"));
      await writeFile(join(lowers, "one", "name.txt"), "one", { mode: 0o644 });
      await writeFile(join(lowers, "two", "name.txt"), "two", { mode: 0o644 });
      const program = join(folder, name, "program.py");
      await writeFile(
        program,
        "def main(order, report):\n    exec(order, {'report': report})\n    return 5\n",
      );
      return {
        lower: join(lowers, "one"),
        spec: { preload: ["json"], pythonPath: [], mounts: [], lowers, program, limits },
      };
    };
    const files = { "new/file.txt": Buffer.from("new") };

    test("a template runs jobs over a tree, each alone", async () => {
      const { lower, spec } = await ground("alone");
      await using template = await sandbox.openTemplate(spec);
      const run = (input: string, more = {}) =>
        template.run({ lower, files, input, limits: { ...limits, ...more } });
      const look = `import os
report([open("/work/name.txt").read(), open("/work/new/file.txt").read(), sorted(os.listdir("/work"))])
try: report(sorted(os.listdir("/lowers")))
except OSError: report([])
open("/work/name.txt", "w").write("changed"); open("/tmp/left", "w").close()
print("out")`;
      for (const _ of [1, 2]) {
        const done = await run(look);
        expect(done).toMatchObject({ exitCode: 5, stdout: "out\n", timedOut: false, exceeded: null });
        expect(done.reports).toEqual([["one", "new", ["name.txt", "new"]], []]);
        expect(done.forkMs).toBeGreaterThan(0);
      }
      expect(await readFile(join(lower, "name.txt"), "utf8")).toBe("one");
      const all = await Promise.all(["1", "2", "3"].map((word) => run(`report(${word})`)));
      expect(all.map(({ reports }) => reports)).toEqual([[1], [2], [3]]);
    });

    test("packages and wheels of the machine's Pythons are seen neither by forks nor by sessions, and none is added", async () => {
      const look = `import os
def look():
    for base, folders, files in os.walk("/"):
        folders[:] = [each for each in folders if base != "/" or each not in ("proc", "sys", "dev")]
        if base.endswith(("/site-packages", "/dist-packages", "/_bundled")) or "-wheels" in base:
            try: open(base + "/new.py", "w")
            except OSError: pass
            yield from (base + "/" + each for each in os.listdir(base))
        yield from (base + "/" + each for each in files if each.endswith(".whl"))
`;
      const { lower, spec } = await ground("installed");
      await using template = await sandbox.openTemplate(spec);
      const done = await template.run({ lower, files, input: `${look}report(list(look()))`, limits });
      expect(done).toMatchObject({ exitCode: 5, reports: [[]] });
      const answering = `${look}import json
asks, answers = os.fdopen(3, "r"), os.fdopen(os.dup(3), "w")
for line in asks: print(json.dumps(list(look())), file=answers, flush=True)`;
      await using session = await sandbox.openSession(python(sandbox, answering));
      expect(await session.ask(0)).toEqual([]);
    });

    test("a template's hostile jobs are held to their limits, and leave it as it was", async () => {
      const { lower, spec } = await ground("hostile");
      await using template = await sandbox.openTemplate(spec);
      const run = (input: string, more = {}) =>
        template.run({ lower, files, input, limits: { ...limits, ...more } });
      const word = `wall-${Math.random().toString(36).slice(2)}`;
      const bomb = "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(1)";
      const hostile: [string, object, object?][] = [
        ["import time; time.sleep(60)", { timedOut: true, exitCode: null }, { wallMs: 500 }],
        ["x = b'x' * (900 << 20)", { exceeded: "memory", exitCode: null }],
        ["while True: print('x' * 9999)", { exceeded: "output", exitCode: null }],
        ["while True: report('x' * 9999)", { exitCode: null }],
        ["open('/tmp/full', 'wb').write(bytes(30 << 20))", { exceeded: "disk" }],
        ["import os; os._exit(9)", { exitCode: 9 }],
        ["import os; os.kill(os.getpid(), 11)", { signal: "SIGSEGV" }],
        ["raise SystemExit(4)", { exitCode: 4 }],
        [bomb, { timedOut: true }, { wallMs: 1_500 }],
        [
          `import os, sys\nif os.fork() == 0: os.execvp(sys.executable or "python3", ["python3", "-c", "import time; time.sleep(60)  # ${word}"])`,
          { exitCode: 5 },
        ],
        [
          `import socket\ntry: socket.create_connection(("1.1.1.1", 80), 2); report("OPEN")\nexcept OSError: report("shut")`,
          { reports: ["shut"] },
        ],
        ["import os; report(os.getuid() > 0 and not os.access('/etc/shadow', os.R_OK))", { reports: [true] }],
      ];
      for (const [input, expected, more] of hostile) {
        const done = await run(input, more);
        expect(done, input).toMatchObject(expected);
      }
      expect(await run("report('well')")).toMatchObject({ exitCode: 5, reports: ["well"] });
      expect(await processesWith(word)).toEqual([]);
    });

    test("a template that cannot import fails at once, with the traceback", async () => {
      const { spec } = await ground("failing");
      const asked = sandbox.openTemplate({ ...spec, preload: ["no_such_module"] });
      await expect(asked).rejects.toMatchObject({
        code: "template-failed",
        message: expect.stringMatching(/No module named 'no_such_module'/),
      });
    });

    test("a job of a tree that is not its template's is refused", async () => {
      const { spec } = await ground("refused");
      await using template = await sandbox.openTemplate(spec);
      const job = { lower: folder, files: {}, input: "", limits };
      await expect(template.run(job)).rejects.toMatchObject({ code: "bad-lower" });
    });

    test("what a killed owner leaves is gone soon, and after the next opening at the latest", async () => {
      const word = `wall-${Math.random().toString(36).slice(2)}`;
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL("sleeper.ts", import.meta.url)), JSON.stringify(choose()), word],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      await new Promise((started) => child.stdout.once("data", started));
      const asleep = (line: string) => line.includes("time.sleep") && !line.includes("keeper");
      await expect
        .poll(async () => (await processesWith(word)).filter(asleep).length, { timeout: 15_000 })
        .toBeGreaterThan(0);
      child.kill("SIGKILL");
      await new Promise((gone) => child.once("close", gone));
      await expect.poll(() => processesWith(word), { timeout: 45_000 }).toEqual([]);
      await using _next = await openSandbox(choose());
    });

    test("a closed sandbox kills what still runs, and starts nothing more", async () => {
      const word = `wall-${Math.random().toString(36).slice(2)}`;
      const own = await openSandbox(choose());
      const running = own.run(python(own, `import time  # ${word}\ntime.sleep(60)`));
      await expect
        .poll(async () => (await processesWith(word)).length, { timeout: 15_000 })
        .toBeGreaterThan(0);
      await own[Symbol.asyncDispose]();
      expect(await running).toMatchObject({ exitCode: null, signal: "SIGKILL" });
      expect(await processesWith(word)).toEqual([]);
      await expect(own.run(python(own, "pass"))).rejects.toMatchObject({ code: "sandbox-closed" });
    });
  });
}
