import { z } from "zod";
import type { Blobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { pureTag, unpackWheel, type Wheel } from "../pypi/index.ts";
import type { Finished, Limits } from "../sandbox/index.ts";
import { openLayer } from "./layer.ts";
import type { Preparing } from "./preparing.ts";
import type { Pyproject } from "./pyproject.ts";
import { insideFile } from "./runner.ts";
import { runUv } from "./uv.ts";

export type Built = { ok: true; wheel: Wheel; log: string } | { ok: false; reason: string; log: string };

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 60_000,
  cpuSeconds: 60,
  memoryBytes: 1024 * megabyte,
  processes: 64,
  outputBytes: 60 * megabyte,
  diskBytes: 512 * megabyte,
};

const Requires = z.object({ requires: z.array(z.string().max(500)).max(100) });
const Made = z.object({ name: z.string().max(300), wheel: z.string() });

/**
 * Build a project's wheel by its own backend. That is foreign code, so it runs with no network at all: what the
 * backend needs is fetched before, as ready wheels, and mounted.
 */
export async function buildWheel(
  source: { folder: string; tree: Tree; pyproject: Pyproject; version: string },
  preparing: Preparing & { blobs: Blobs },
): Promise<Built> {
  const { requires = ["setuptools", "wheel"], ...system } = source.pyproject["build-system"] ?? {};
  const backend = system["build-backend"] ?? "setuptools.build_meta:__legacy__";
  if (/^(?:maturin|scikit_build_core|mesonpy|setuptools_rust)\b/.test(backend))
    return { ok: false, reason: `it is compiled (by ${backend})`, log: "" };
  let needs = requires;
  for (const step of ["requires", "wheel"] as const) {
    const locked = await lockOf(needs, preparing);
    if (!locked.ok) return locked;
    const { folder } = await openLayer(locked.lock, preparing);
    const done = await preparing.sandbox.run(
      {
        argv: [
          preparing.sandbox.interpreter,
          ...["-s", "-S", "/build/build_wheel.py", step, backend, ...(system["backend-path"] ?? [])],
        ],
        env: {
          PYTHONPATH: "/backend",
          // the files of a version control system, where such backends look for the version, are not there
          SETUPTOOLS_SCM_PRETEND_VERSION: source.version,
          PBR_VERSION: source.version,
          SOURCE_DATE_EPOCH: "1577836800",
        },
        mounts: [
          { from: source.folder, at: "/source" },
          { from: folder, at: "/backend" },
          { from: insideFile("build_wheel.py"), at: "/build/build_wheel.py" },
        ],
        limits,
      },
      preparing.signal ? { signal: preparing.signal } : {},
    );
    const answer = lastJson(done);
    if (step === "requires") {
      const said = Requires.safeParse(answer);
      if (!said.success) return failed(done);
      needs = [...new Set([...requires, ...said.data.requires])];
      continue;
    }
    const made = Made.safeParse(answer);
    if (!made.success) return failed(done);
    if (!pureTag(made.data.name) && !/-py2\.py3-none-any\.whl$/.test(made.data.name))
      return { ok: false, reason: `it has compiled extensions (${made.data.name})`, log: done.stderr };
    try {
      return { ok: true, wheel: unpackWheel(Buffer.from(made.data.wheel, "base64")), log: done.stderr };
    } catch (error) {
      return { ok: false, reason: `its wheel cannot be read: ${(error as Error).message}`, log: done.stderr };
    }
  }
  throw new Error("unreachable");
}

async function lockOf(requires: readonly string[], preparing: Preparing) {
  const command = ["pip", "compile", "--only-binary", ":all:", "--no-header", "--no-annotate", "-"];
  const done = await runUv(preparing, command, requires.map((line) => `${line}\n`).join(""));
  if (done.exitCode === 0) return { ok: true as const, lock: done.stdout.replace(/\s*;.*$/gm, "") };
  return {
    ok: false as const,
    reason: `what building needs is not there: ${requires.join(", ").slice(0, 200)}`,
    log: done.stderr,
  };
}

function lastJson({ stdout }: Finished): unknown {
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  } catch {
    return null;
  }
}

function failed({ stderr, timedOut, exceeded, exitCode, signal }: Finished): Built {
  const last = stderr.trim().split("\n").at(-1)?.slice(0, 300);
  const how = timedOut ? "building took too long" : exceeded ? `building exceeded its ${exceeded}` : null;
  return {
    ok: false,
    reason: how ?? `building failed: ${last || `exit ${exitCode ?? signal}`}`,
    log: stderr.slice(-8000),
  };
}
