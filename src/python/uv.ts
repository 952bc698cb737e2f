import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../platform/index.ts";
import { type Index, indexAuthorities, indexHosts } from "../pypi/index.ts";
import type { Finished, Limits, Sandbox } from "../sandbox/index.ts";
import { insideFile } from "./runner.ts";
import { inTurn } from "./turn.ts";

/** What running uv takes: where it is, the person's index, and our cache folder. */
export interface UvRoom {
  sandbox: Pick<Sandbox, "run" | "interpreter">;
  uv: string;
  index: Index;
  cache: string;
  clock: Clock;
  offline?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 180_000,
  cpuSeconds: 240,
  memoryBytes: 1536 * megabyte,
  processes: 96,
  outputBytes: 2 * megabyte,
  diskBytes: 2048 * megabyte,
};

/** The folder in which uv's cache and new layers lie side by side, so that layers share bytes by hard links. */
export const storeOf = (cache: string) => join(cache, "uv", "store");

/**
 * Make the store. Each sandbox has a uid of its own, so what is inside is open to all of them; the folder above
 * is closed to everybody else on the machine. Only uv itself ever sees it writable, and uv is only asked for
 * ready wheels: no foreign code runs beside it.
 */
async function makeStore(cache: string): Promise<string> {
  const store = storeOf(cache);
  for (const folder of [store, join(store, "new"), join(store, "cache")]) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o777);
  }
  await chmod(join(cache, "uv"), 0o700);
  return store;
}

/**
 * Run uv inside the sandbox with the store at /store. One at a time on this machine, because a new file of its
 * cache is opened to the other sandboxes' uids only afterwards.
 */
export async function runUv(room: UvRoom, command: readonly string[], stdin = ""): Promise<Finished> {
  const { sandbox, uv, index, cache, offline = false, signal } = room;
  const store = await makeStore(cache);
  const extra = index.urls.slice(0, -1);
  const relay = offline
    ? {}
    : { relay: { hosts: await hostsOf(room), local: indexAuthorities(index), maxBytes: 800 * megabyte } };
  const run = () =>
    sandbox.run(
      {
        argv: ["/bin/sh", "/uv/run_uv.sh", "/uv/uv", ...(offline ? ["--offline"] : []), ...command],
        cwd: "/tmp",
        env: {
          UV_CACHE_DIR: "/store/cache",
          UV_NO_CONFIG: "1",
          UV_DEFAULT_INDEX: index.urls.at(-1) ?? "",
          ...(extra.length > 0 ? { UV_INDEX: extra.join(" ") } : {}),
          UV_PYTHON: sandbox.interpreter,
          UV_PYTHON_DOWNLOADS: "never",
          UV_NO_PROGRESS: "1",
          UV_LINK_MODE: "hardlink",
          UV_CONCURRENT_DOWNLOADS: "8",
          UV_HTTP_TIMEOUT: "60",
        },
        mounts: [
          { from: uv, at: "/uv/uv" },
          { from: insideFile("run_uv.sh"), at: "/uv/run_uv.sh" },
          { from: store, at: "/store", writable: true },
        ],
        stdin,
        limits,
        ...relay,
      },
      signal ? { signal } : {},
    );
  return inTurn(`uv ${store}`, run, room);
}

function hostsOf({ index, cache, clock, signal }: UvRoom): Promise<string[]> {
  return indexHosts({ index, cache: join(cache, "pypi"), clock, signal });
}
