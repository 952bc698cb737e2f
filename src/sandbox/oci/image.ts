import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";
import { INSTALLED_IN_PYTHON } from "../installed.ts";
import { creation } from "./container.ts";
import { discard } from "./discard.ts";
import { answer, type Engine } from "./engine.ts";
import { takeUid } from "./uids.ts";

/** An image that jobs can run in, with what was found out about it. */
export interface Image {
  engine: Engine;
  name: string;
  id: string;
  /** The Python inside. */
  interpreter: string;
  pythonVersion: string;
  /** Folders that it declares as volumes, which would be written to without limit. */
  volumes: readonly string[];
  /** Folders with packages that it has for its Pythons, of no job's concern. */
  installed: readonly string[];
  /** Whether the engine binds files of this machine. */
  sees: boolean;
}

const Said = z.object({
  ...{ path: z.string(), version: z.string(), libc: z.string(), machine: z.string() },
  installed: z.array(z.string().startsWith("/").max(500)).max(100),
});

/** Says what the first good Python is, and whether the bound file is there. Only what every image has is used. */
const ask = `for python in "$@"; do
  if [ -x "$python" ]; then
    "$python" -I -S -c 'import json, os, platform, re, sys
${INSTALLED_IN_PYTHON}
if sys.version_info < (3, 10): sys.exit(1)
print(json.dumps({"path": sys.argv[1], "version": platform.python_version(), "libc": platform.libc_ver()[0], "machine": platform.machine(), "installed": sorted(installed())[:100]}))' "$python" && break
  fi
done
cat /probe/word 2>/dev/null; echo`;

const usual = [
  "/usr/bin/python3",
  "/usr/local/bin/python3",
  "/opt/venv/bin/python3",
  "/opt/python/bin/python3",
];
const machines: Record<string, string> = { x86_64: "x64", amd64: "x64", aarch64: "arm64", arm64: "arm64" };

/** Look into an image. Throws `no-image` when it is not there, `bad-image` when no job could run in it. */
export async function openImage(
  name: string,
  { engine, interpreter }: { engine: Engine; interpreter?: string | undefined },
): Promise<Image> {
  const { docker } = engine;
  const found = await docker
    .getImage(name)
    .inspect()
    .catch((cause: { statusCode?: number; message: string }) => {
      if (cause.statusCode !== 404) throw cause;
      throw new TaoceptionError("no-image", `${engine.name} has no image ${name}`, {
        mend: `pull it (\`docker pull ${name}\`), or make one by \`podman import\` from a folder with Python`,
      });
    });
  const volumes = Object.keys(found.Config?.Volumes ?? {});
  const folder = await mkdtemp(join(tmpdir(), "taoception-probe-"));
  const word = `seen-${Math.random().toString(36).slice(2)}`;
  try {
    const file = join(folder, "word");
    await writeFile(file, word, { mode: 0o644 });
    const argv = interpreter === undefined ? usual : [interpreter];
    const bound = { Type: "bind" as const, Source: file, Target: "/probe/word", ReadOnly: true };
    const probe = (binds: (typeof bound)[]) =>
      outputOf({ image: found.Id, volumes, argv: ["/bin/sh", "-c", ask, "sh", ...argv], binds }, engine);
    // an engine elsewhere refuses to bind what it has not
    const text = await probe([bound]).catch(() => probe([]));
    const line = text.split("\n").find((each) => each.startsWith("{"));
    if (line === undefined)
      throw new TaoceptionError("bad-image", `${name} has no Python of at least 3.10 (${argv.join(", ")})`, {
        mend: "take another image, such as python:3.12-slim, or name its Python",
      });
    const said = Said.parse(JSON.parse(line));
    if (said.libc !== "glibc")
      throw new TaoceptionError("bad-image", `${name} is built on ${said.libc || "musl"}, not on glibc`, {
        mend: "take an image on Debian, Ubuntu or Fedora: wheels for glibc do not run on Alpine",
      });
    if (machines[said.machine] !== process.arch)
      throw new TaoceptionError(
        "bad-image",
        `${name} is for ${said.machine}, this machine is ${process.arch}`,
      );
    return {
      ...{ engine, name, id: found.Id, volumes },
      installed: said.installed,
      ...{ interpreter: said.path, pythonVersion: said.version, sees: text.includes(word) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Trees, layers and programs are bound: an engine that looks at another machine's files is of no use. */
export const unseeing = ({ url }: Engine) =>
  new TaoceptionError("no-engine", `the engine at ${url} does not see the files of this machine`, {
    mend: `take one on this machine, or share ${tmpdir()} and the folder of the cache with its virtual machine`,
  });

/** Everything a short command writes to stdout, in a container like a job's. */
async function outputOf(
  {
    image,
    volumes,
    argv,
    binds,
  }: {
    image: string;
    volumes: readonly string[];
    argv: [string, ...string[]];
    binds: Parameters<typeof creation>[0]["binds"];
  },
  engine: Engine,
): Promise<string> {
  const { uid, release } = takeUid();
  const megabyte = 1024 ** 2;
  const walls = { memoryBytes: 256 * megabyte, processes: 32, diskBytes: megabyte };
  const wanted = { image, argv, uid, binds, ...walls, nested: false, closed: volumes, open: [] };
  const container = await answer(
    engine.docker.createContainer(creation(wanted, engine)),
    "create a container",
  );
  try {
    const stream = (await container.attach({
      ...{ stream: true, hijack: true, stdin: true, stdout: true, stderr: true },
    })) as unknown as Duplex;
    let text = "";
    const keep = {
      write(chunk: Buffer) {
        if (text.length < 64_000) text += chunk;
      },
    };
    const drop = { write: () => {} };
    engine.docker.modem.demuxStream(stream, keep as never, drop as never);
    const ended = new Promise((resolve) => {
      for (const event of ["end", "close", "error"]) stream.once(event, resolve);
    });
    await answer(container.start(), "start a container");
    await answer(ended, "run a short command", 30_000);
    stream.destroy();
    return text;
  } finally {
    await discard(container);
    release();
  }
}
