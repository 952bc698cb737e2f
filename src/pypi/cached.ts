import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { Index } from "./address.ts";

/** Those of a list of which a release was fetched before, so that it can serve without the index. `cache` is the user's. */
export async function cachedPackages<T extends { name: string }>(
  list: readonly T[],
  cache: string,
): Promise<T[]> {
  const known = new Set(await readdir(join(cache, "pypi", "releases")).catch(() => []));
  return list.filter(({ name }) => known.has(name));
}

const PATIENCE_MS = 3_000;

/** Whether anybody answers where the last-asked index is: a connection, no more. */
export function answersAt({ urls }: Index): Promise<boolean> {
  const { hostname, port, protocol } = new URL(urls.at(-1) ?? "http://127.0.0.1:9");
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) });
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PATIENCE_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
