import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../../src/sandbox/index.ts";
import { inside, limits, makeGround } from "./probes.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Open a template that imports `evil`, and run one job in it; the error where it comes to one. */
async function preload(evil: string, { program = "facts.py", asked = limits } = {}) {
  await using ground = await makeGround({ "evil.py": evil });
  const spec = { ...ground.spec, preload: ["preloaded", "evil"], program: inside(program), limits: asked };
  try {
    await using template = await sandbox.openTemplate(spec);
    return await template.run({ lower: ground.lower, files: {}, input: null, limits });
  } catch (error) {
    return error as Error & { code: string };
  }
}
const failed = (reason: RegExp) => ({ code: "template-failed", message: expect.stringMatching(reason) });

test("a dependency that fills memory at import is stopped", async () => {
  const evil = "held = []\nwhile True:\n    held.append(b'x' * (1 << 24))\n";
  expect(await preload(evil)).toMatchObject(failed(/exceeded its memory|MemoryError/));
});

test("nor may many processes fill it together", async () => {
  const evil = `import os, time
for _ in range(12):
    if os.fork() == 0:
        held = [b"x" * (1 << 20) for _ in range(60)]
        time.sleep(60)
time.sleep(60)
`;
  expect(await preload(evil)).toMatchObject(failed(/exceeded its memory/));
});

test("a dependency that forks without end is stopped, and its processes with it", async () => {
  const evil = `import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(60)
    except OSError:
        pass
`;
  expect(await preload(evil)).toMatchObject(failed(/exceeded its/));
});

test("one that leaves a process or a thread behind is refused", async () => {
  const process = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\n";
  expect(await preload(process)).toMatchObject(failed(/left 1 process/));
  const thread =
    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n";
  expect(await preload(thread)).toMatchObject(failed(/1 thread/));
  // even when it lies to the template about it
  const liar = `${thread}import os\nown = os.listdir\nos.listdir = lambda path=".": own(path)[:1] if "task" in str(path) else own(path)\n`;
  expect(await preload(liar)).toMatchObject(failed(/1 thread/));
  // it has ended, and nobody has waited for it
  const ended =
    "import os, subprocess\nchild = subprocess.Popen(['/usr/bin/true'])\nos.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)\n";
  expect(await preload(ended)).toMatchObject({ exitCode: 0 });
});

test("the kernel bounds a template: files, cores, processor time, processes and address space", async () => {
  const evil = `import resource
from preloaded import facts
for name in ("AS", "NPROC", "NOFILE", "CORE", "CPU"):
    facts[name] = resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1]
`;
  const done = await preload(evil);
  const gigabyte = 1024 ** 3;
  expect(done).toMatchObject({
    reports: [
      {
        AS: limits.memoryBytes + 5 * gigabyte,
        NPROC: limits.processes + 1027,
        NOFILE: 1024,
        CORE: 0,
        CPU: limits.cpuSeconds,
      },
    ],
  });
});

test("one that hangs has its time, and one that spins its processor time", { timeout: 300_000 }, async () => {
  const hangs = await preload("import time\ntime.sleep(60)\n", { asked: { ...limits, wallMs: 1500 } });
  expect(hangs).toMatchObject(failed(/not ready after 1500 ms/));
  const spins = await preload("while True: pass\n", {
    asked: { ...limits, cpuSeconds: 1, wallMs: 280_000 }, // on a busy machine a second of the processor is long
  });
  expect(spins).toMatchObject(failed(/has ended/));
});

test.each([
  ["a frame longer than any", 'struct.pack(">BII", 3, 1, 1 << 31) + b"x" * 100'],
  ["frames of a job that there is not", 'struct.pack(">BII", 3, 99, 4) + b"null"'],
  ["an end that is no JSON", 'struct.pack(">BII", 4, 1, 4) + b"\\xff\\x00{]"'],
  ["frames without end", 'struct.pack(">BII", 1, 1, 60000) + b"x" * 60000'],
])("a dependency that writes into its template's channel ends it: %s", async (_, bytes) => {
  const evil = `import os, struct, preloaded
def speak():
    os.dup2(3, 600)
    while True:
        os.write(600, ${bytes})
class Facts(dict):
    pass
real = os.fork
def fork():
    pid = real()
    if pid:
        speak()
    return pid
os.fork = fork
`;
  expect(await preload(evil)).toMatchObject({ code: "template-ended" });
});

test("one that floods its streams, too", async () => {
  const evil = "import os\nwhile True:\n    os.write(2, b'x' * 65536)\n";
  expect(await preload(evil)).toMatchObject(failed(/flooded stderr/));
});
