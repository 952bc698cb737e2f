import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, retry, systemClock, TaoceptionError, writeAtomically } from "../platform/index.ts";
import { hashBytes } from "../protocol/index.ts";
import type { Index } from "./address.ts";
import { download } from "./download.ts";
import { type IndexFile, readSimplePage, simpleAccept } from "./simple.ts";

/** A project's files, and the hosts (host:port) that serve them and the page. */
export interface Page {
  files: IndexFile[];
  hosts: string[];
}

/** How long a page is believed before it is asked for again. */
const pageAgeMs = 6 * 3600 * 1000;

const limits = { maxBytes: 64 * 1024 * 1024, timeoutMs: 60_000 };

const Kept = z.object({
  readAt: z.number(),
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      sha256: z.string().nullable(),
      requiresPython: z.string(),
      yanked: z.boolean(),
      uploadedAt: z.string().nullable(),
      size: z.number().nullable(),
    }),
  ),
  hosts: z.array(z.string()),
});

/**
 * A project's page from the first index that has it, null when none has. Kept on disk for six hours.
 * TaoceptionError `network` (retryable) when an index cannot be reached, `bad-index` when it speaks no simple API.
 */
export async function readPage(
  name: string,
  {
    index,
    cache,
    clock = systemClock,
    signal,
  }: { index: Index; cache: string; clock?: Clock; signal?: AbortSignal | undefined },
): Promise<Page | null> {
  const folder = join(cache, "pages");
  const place = join(folder, `${hashBytes([...index.urls, name].join("\n"))}.json`);
  const kept = Kept.safeParse(parse(await readFile(place, "utf8").catch(() => "null")));
  if (kept.success && clock.now() - kept.data.readAt < pageAgeMs && kept.data.readAt <= clock.now())
    return kept.data;
  for (const url of index.urls) {
    const got = await retry(
      async () => {
        const answer = await download(`${url}/${name}/`, limits, { accept: simpleAccept, signal });
        if (answer.status >= 500 || answer.status === 429)
          throw new TaoceptionError("network", `the index answers ${answer.status}`, { retryable: true });
        return answer;
      },
      { times: 3, firstMs: 500, clock, ...(signal ? { signal } : {}) },
    );
    if (got.status === 404) continue;
    if (got.status !== 200)
      throw new TaoceptionError("bad-index", `the index answers ${got.status} for ${name}`);
    const files = readSimplePage(Buffer.from(got.bytes).toString("utf8"), got.contentType, got.url);
    if (!files)
      throw new TaoceptionError("bad-index", `the index's page of ${name} is neither JSON nor HTML`);
    const hosts = [...new Set([url, got.url, ...files.map((file) => file.url)].map(hostOf))].sort();
    await mkdir(folder, { recursive: true });
    await writeAtomically(place, JSON.stringify({ readAt: clock.now(), files, hosts }));
    return { files, hosts };
  }
  return null;
}

/**
 * The hosts that a build may reach: those of the index and of the files it serves, seen on the page of a project
 * that every index has because every build needs it.
 */
export async function indexHosts(options: {
  index: Index;
  cache: string;
  clock?: Clock;
  signal?: AbortSignal | undefined;
}): Promise<string[]> {
  const page = await readPage("pytest", options);
  return page?.hosts ?? indexAuthorities(options.index);
}

/** `host:port` of the configured index itself, without those of the files it serves. */
export function indexAuthorities(index: Index): string[] {
  return [...new Set(index.urls.map(hostOf))].sort();
}

function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
