import { spawn, spawnSync } from "node:child_process";
import { chmod, copyFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");

/** What the rooms up to evaluation import from elsewhere. */
export const evaluationPackages = [
  ...["zod", "@noble/hashes", "pino", "tar-stream", "smol-toml", "web-tree-sitter", "tree-sitter-python"],
  ...["@polkadot-labs/schnorrkel-wasm", "@noble/ciphers", "@noble/curves", "@scure/base", "@scure/bip39"],
];

/** Our sources and some packages at a place that every user can read, and a Node that every user can start. */
export interface Checkout {
  folder: string;
  node: string;
  /** Start one of our programs as an ordinary user, with nothing of this process's environment; `before` starts it. */
  start(argv: readonly string[], uid: number, before?: readonly string[]): ReturnType<typeof spawn>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Copy what a program of ours needs: this checkout itself may lie under a folder that is closed to others, or may
 * have been made with a umask that closes its files.
 */
export async function readableCheckout(packages: readonly string[]): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), "taoception-checkout-"));
  for (const name of ["src", "test", "package.json"])
    await cp(join(repository, name), join(folder, name), { recursive: true });
  for (const path of await closure(packages))
    await cp(join(repository, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  let node = process.execPath;
  if (spawnSync(node, ["--version"], { cwd: "/", uid: 54321, gid: 54321 }).status !== 0) {
    node = join(folder, "node");
    await copyFile(process.execPath, node);
    await chmod(node, 0o755);
  }
  const opened = spawnSync("chmod", ["-R", "a+rX", folder]);
  if (opened.status !== 0) throw new Error(String(opened.stderr));
  return {
    folder,
    node,
    start: ([program = "", ...rest], uid, before = []) => {
      const [first = node, ...others] = [...before, node, join(folder, program), ...rest];
      return spawn(first, others, {
        uid,
        gid: uid,
        env: { PATH: "/usr/bin:/bin", HOME: "/tmp" },
        cwd: "/",
        stdio: ["ignore", "pipe", "pipe"],
        detached: true, // leads a process group, as a program started in a terminal does
      });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Folders of packages and of all that they need, by the lock; only those that lie at the top, as all of ours do. */
async function closure(packages: readonly string[]): Promise<Set<string>> {
  const lock = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dependencies?: Record<string, string> }>;
  };
  const found = new Set<string>();
  const waiting = [...packages];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const path = `node_modules/${name}`;
    if (found.has(path) || !(path in lock.packages)) continue;
    found.add(path);
    waiting.push(...Object.keys(lock.packages[path]?.dependencies ?? {}));
  }
  return found;
}

/** Run one of our programs as an ordinary user to its end, and read the JSON that it prints. */
export async function askAsOrdinary<T>(argv: readonly string[], before: readonly string[] = []): Promise<T> {
  await using checkout = await readableCheckout(evaluationPackages);
  return await answer<T>(checkout.start(argv, 54321, before));
}

/** What a child prints, as JSON, once it has ended well. */
export async function answer<T>(child: ReturnType<typeof spawn>): Promise<T> {
  let [out, err] = ["", ""];
  child.stdout?.on("data", (data) => {
    out += data;
  });
  child.stderr?.on("data", (data) => {
    err += data;
  });
  const code = await new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`exit ${code}: ${err.slice(-2000)}`);
  return JSON.parse(out) as T;
}
