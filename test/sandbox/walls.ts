import { readdir, readFile } from "node:fs/promises";
import type { Finished, Job, Limits, Sandbox } from "../../src/sandbox/index.ts";

const megabyte = 1024 * 1024;
export const limits: Limits = {
  wallMs: 20_000,
  cpuSeconds: 10,
  memoryBytes: 192 * megabyte,
  processes: 16,
  outputBytes: 256 * 1024,
  diskBytes: 16 * megabyte,
};

/** What a job does, what may be different of it, and what must come of it behind every wall. */
export interface Wall {
  name: string;
  code: string;
  limits?: Partial<Limits>;
  stdin?: string;
  expected: Partial<Finished>;
  /** What its output must, and must not, look like. */
  says?: RegExp;
  neverSays?: RegExp;
  withinMs?: number;
}

const tries = (code: string) =>
  `try:\n${code.replace(/^/gm, "    ")}\nexcept BaseException as error:\n    print(type(error).__name__, error)`;

/** The one table of jobs, honest and hostile, that every backend is held to. */
export const walls: readonly Wall[] = [
  {
    name: "reads stdin, writes to both streams and ends with a status",
    code: "import sys; print(sys.stdin.read()); print('bad', file=sys.stderr); sys.exit(7)",
    stdin: "hello",
    expected: {
      exitCode: 7,
      signal: null,
      stdout: "hello\n",
      stderr: "bad\n",
      exceeded: null,
      truncated: false,
    },
  },
  {
    name: "ends by a signal",
    code: "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    expected: { exitCode: null, signal: "SIGSEGV", timedOut: false, exceeded: null },
  },
  {
    name: "sees nothing of the environment outside",
    code: "import os; print(sorted(os.environ))",
    expected: { exitCode: 0 },
    says: /HOME.*LANG.*PATH.*TMPDIR/,
    neverSays: /SECRET|SSH_|npm_|VITEST|DOCKER/i,
  },
  {
    name: "is no root and has no rights",
    code: "import os; print(os.getuid() > 0, open('/proc/self/status').read())",
    expected: { exitCode: 0 },
    says: /^True[\s\S]*CapPrm:\s0{16}[\s\S]*CapEff:\s0{16}[\s\S]*NoNewPrivs:\s1/m,
  },
  {
    name: "cannot read /etc/shadow",
    code: tries("print(open('/etc/shadow').read())"),
    expected: { exitCode: 0 },
    says: /PermissionError|FileNotFoundError/,
    neverSays: /root:/,
  },
  {
    name: "has no network: no address, no name, no port of this machine",
    code: [
      tries("import socket; socket.create_connection(('1.1.1.1', 80), 2); print('OPEN')"),
      tries("import socket; print(socket.getaddrinfo('example.org', 80), 'OPEN')"),
      tries("import socket; socket.create_connection(('127.0.0.1', PORT), 2); print('OPEN')"),
      "print(sorted(line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]))",
    ].join("\n"),
    expected: { exitCode: 0 },
    says: /\['lo'\]/,
    neverSays: /OPEN/,
  },
  {
    name: "writes nowhere but to its own memory",
    code: `import os, stat
for top, folders, _ in os.walk("/"):
    folders[:] = [each for each in folders if not os.path.join(top, each).startswith(("/proc", "/sys"))]
    try:
        open(os.path.join(top, "written"), "w").close()
        print(top)
    except OSError:
        pass`,
    expected: { exitCode: 0 },
    says: /^(?:\/dev\/mqueue\n|\/dev\/shm\n|\/tmp\n)+$/,
  },
  {
    name: "sleeps past its time",
    code: "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
    limits: { wallMs: 800 },
    expected: { exitCode: null, signal: "SIGKILL", timedOut: true },
    withinMs: 5_000,
  },
  {
    name: "burns its processor time",
    code: "while True: pass",
    limits: { cpuSeconds: 1 },
    expected: { exitCode: null, timedOut: false },
    withinMs: 15_000,
  },
  {
    name: "takes too much memory at once",
    code: "x = b'x' * (900 << 20)",
    expected: { exitCode: null, signal: "SIGKILL", exceeded: "memory", timedOut: false },
  },
  {
    name: "takes too much memory by many processes",
    code: `import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = os.urandom(60 << 20)
        time.sleep(20)
        os._exit(0)
time.sleep(20)`,
    expected: { exitCode: null, signal: "SIGKILL", exceeded: "memory", timedOut: false },
  },
  {
    name: "makes empty files without end",
    code: `import os
number = 0
while True:
    open(f"/tmp/{number}", "w").close()
    number += 1`,
    expected: { timedOut: false },
  },
  {
    name: "is a fork bomb",
    code: `import os, time
made = 0
try:
    while made < 500:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        made += 1
except BlockingIOError:
    pass
print("made", made < 40)`,
    expected: { exitCode: 0, stdout: "made True\n" },
    withinMs: 8_000,
  },
  {
    name: "fills its disk by one file",
    code: `import time
file = open("/tmp/full", "wb", buffering=0)
try:
    while True: file.write(bytes(1 << 18))
except OSError: time.sleep(0.4)`,
    expected: { exitCode: 0, exceeded: "disk" },
  },
  {
    name: "fills its disk by many files",
    code: `import time
try:
    for number in range(200): open(f"/dev/shm/{number}", "wb", buffering=0).write(bytes(1 << 18))
    for number in range(200): open(f"/tmp/{number}", "wb", buffering=0).write(bytes(1 << 18))
except OSError: time.sleep(0.4)`,
    expected: { exitCode: 0, exceeded: "disk" },
  },
  {
    name: "writes more than is kept",
    code: "print('x' * (400 << 10))",
    expected: { exitCode: 0, truncated: true, exceeded: null },
  },
  {
    name: "floods its output",
    code: "while True: print('x' * 9999)",
    expected: { exitCode: null, signal: "SIGKILL", truncated: true, exceeded: "output", timedOut: false },
    withinMs: 15_000,
  },
  {
    name: "attacks the process that keeps it",
    code: `import os, signal
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT):
${tries("os.kill(1, number)").replace(/^/gm, "    ")}
for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/fd/1", "/proc/1/root/etc/shadow"):
${tries("print('READ', open(path, 'rb').read(1))").replace(/^/gm, "    ")}
print("alive")`,
    expected: { exitCode: 0 },
    says: /alive/,
    neverSays: /READ/,
  },
  {
    name: "writes on after its end",
    code: `import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        os.write(1, b"on and on\\n")
        time.sleep(0.001)
time.sleep(0.2)
os._exit(3)`,
    expected: { exitCode: 3 },
    withinMs: 8_000,
  },
];

/** Processes of this machine whose words hold this one. */
export async function processesWith(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(word)) found.push(line);
  }
  return found;
}

export const python = (sandbox: Sandbox, code: string, more: Partial<Job> = {}): Job => ({
  argv: [sandbox.interpreter, "-c", code],
  limits,
  ...more,
});
