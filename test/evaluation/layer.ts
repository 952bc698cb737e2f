import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "../../src/platform/index.ts";

/** A folder that holds pytest for the sandbox's interpreter, made once a machine by the uv of set-up, another one, or pip. */
export async function pytestLayer(): Promise<string> {
  const folder = join(tmpdir(), `taoception-pytest-layer-${process.getuid?.()}`);
  const there: string[] = await readdir(folder).catch(() => []);
  if (there.includes("pytest")) return folder;
  const beside = await mkdtemp(`${folder}-`);
  const what = ["--quiet", "--target", beside, "pytest>=8,<10"];
  const broughtUv = join(import.meta.dirname, "../../.runtime/uv/bin/uv");
  const ways: [string, ...string[]][] = [
    [broughtUv, "pip", "install", "--python", "/usr/bin/python3", ...what],
    ["uv", "pip", "install", "--python", "/usr/bin/python3", ...what],
    ["python3", "-m", "pip", "install", "--no-compile", ...what],
  ];
  const told: string[] = [];
  for (const argv of ways) {
    const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", ...proxies() };
    const done = await runChild(argv, { env, timeoutMs: 120_000 }).catch((error: Error) => error);
    if (!(done instanceof Error) && done.exitCode === 0) {
      const open = await runChild(["chmod", "-R", "a+rX", beside], { env });
      if (open.exitCode !== 0) throw new Error(open.stderr);
      await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
      return folder;
    }
    told.push(`${argv[0]}: ${done instanceof Error ? done.message : done.stderr}`);
  }
  throw new Error(`pytest could not be fetched: ${told.join("; ")}`);
}

/** How this machine reaches its package index, where that is configured by the environment. */
function proxies(): Record<string, string> {
  const names = /^(?:https?_proxy|no_proxy|ssl_cert_file|requests_ca_bundle|pip_\w+|uv_\w+)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value ? [[name, value]] : [],
    ),
  );
}
