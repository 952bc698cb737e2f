import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluate, evaluateBase, type Graded } from "../../src/evaluation/index.ts";
import { systemClock } from "../../src/platform/index.ts";
import { openTester, type Tester } from "../../src/python/index.ts";
import { openSandbox, type SandboxChoice } from "../../src/sandbox/index.ts";
import { attacks } from "./attacks.ts";
import { makeSubject } from "./subject.ts";

/** What came of all attacks, as whatever user this process is. */
export interface Siege {
  uid: number;
  gold: Graded;
  base: Graded;
  /** Gold once more, after everything. */
  goldAfter: Graded;
  attacks: { name: string; graded: Graded }[];
  /** Connections that reached the host's server, processes that outlived their fork, files that changed. */
  connections: number;
  survivors: string[];
  changed: boolean;
  /** The word that stood in a file of the host. */
  word: string;
}

/** Run every attack on one warm tester; `layer` is a folder that holds pytest. */
export async function siege(layer: string, choice: SandboxChoice = {}): Promise<Siege> {
  const folder = await mkdtemp(join(tmpdir(), "siege-"));
  const word = `siege-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const secret = join(tmpdir(), word);
  await writeFile(secret, `${word}-content`);
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const subject = await makeSubject(folder, layer);
    const before = await fingerprint(subject.project.folder);
    await using sandbox = await openSandbox(choice);
    await using warm = await openTester(subject.project, { sandbox });
    const tester: Pick<Tester, "run" | "script"> = {
      run: (job, options) => warm.run({ ...job, limits }, options),
      script: (job, options) => warm.script({ ...job, limits }, options),
    };
    const using = { tester, blobs: subject.blobs, clock: systemClock };
    const gold = await evaluate(subject.gold, subject.task, using);
    const base = await evaluateBase(subject.task, using);
    const waiting = attacks({ port: (server.address() as AddressInfo).port, word });
    const found: Siege["attacks"] = [];
    const besieger = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const graded = await evaluate(subject.patch(next.files), subject.task, using);
        found.push({ name: next.name, graded });
      }
    };
    await Promise.all([besieger(), besieger(), besieger()]);
    const goldAfter = await evaluate(subject.gold, subject.task, using);
    const changed = before !== (await fingerprint(subject.project.folder));
    const survivors = await processesWith(word);
    return {
      uid: process.getuid?.() ?? -1,
      gold,
      base,
      goldAfter,
      attacks: found,
      connections,
      survivors,
      changed,
      word,
    };
  } finally {
    server.close();
    await rm(secret, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

const limits = { wallMs: 4_000, memoryBytes: 384 * 1024 * 1024, diskBytes: 32 * 1024 * 1024, processes: 48 };

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort((a, b) =>
    `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1,
  )) {
    hash.update(`${entry.parentPath}/${entry.name}\n`);
    if (entry.isFile()) hash.update(await readFile(join(entry.parentPath, entry.name)));
  }
  return hash.digest("hex");
}

async function processesWith(word: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(word)) found.push(line);
  }
  return found;
}

if (import.meta.main) console.log(JSON.stringify(await siege(process.argv[2] ?? "")));
