import { join } from "node:path";
import { type Logger, openBlobs, openLogger, systemClock } from "../platform/index.ts";
import { indexUrl } from "../pypi/index.ts";
import type { Preparing } from "../python/index.ts";
import { openSandbox, sandboxChoice } from "../sandbox/index.ts";
import type { Door } from "./door.ts";
import { cacheFolder } from "./home.ts";
import { needMachine, toolUv } from "./surroundings.ts";

/** What the commands that work on packages without a subnet share: sandbox, index, blobs and the user's cache. */
export async function openWorkbench(
  {
    cache,
    offline,
    logLevel,
  }: { cache?: string | undefined; offline?: boolean | undefined; logLevel: string },
  door: Door,
): Promise<Preparing & { logger: Logger } & AsyncDisposable> {
  const { environment, signal } = door;
  await needMachine(environment);
  const uv = await toolUv(environment);
  const folder = cacheFolder(cache, environment);
  const index = await indexUrl(uv, environment);
  const sandbox = await openSandbox(sandboxChoice(environment));
  return {
    sandbox,
    uv,
    index,
    cache: folder,
    blobs: openBlobs(join(folder, "blobs")),
    clock: systemClock,
    logger: openLogger("taoception", logLevel),
    signal,
    ...(offline ? { offline } : {}),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}
