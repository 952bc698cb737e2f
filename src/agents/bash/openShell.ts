import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Limits, Sandbox } from "../../sandbox/index.ts";
import type { Workspace } from "../agent.ts";
import { Changed, Ran, type Shell } from "./shell.ts";

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 60_000,
  cpuSeconds: 600,
  memoryBytes: 1536 * megabyte,
  processes: 128,
  outputBytes: megabyte,
  diskBytes: 512 * megabyte,
};

/** A shell in a sandbox of its own, without network: the tree is copied inside, so that nothing outside changes. */
export async function openShell(
  { treeFolder, environment, metadata }: Workspace,
  sourceRoots: readonly string[],
  { sandbox, signal }: { sandbox: Pick<Sandbox, "interpreter" | "openSession">; signal: AbortSignal },
): Promise<Shell & AsyncDisposable> {
  const path = [
    ...sourceRoots.map((root) => (root === "" ? "/tmp/work" : `/tmp/work/${root}`)),
    "/layer",
    ...(metadata === null ? [] : ["/metadata"]),
  ];
  const programs = await readdir(`${environment.folder}/bin`).catch(() => []);
  const session = await sandbox.openSession(
    {
      argv: [sandbox.interpreter, "-s", "/agent/shell.py"],
      env: {
        PYTHONPATH: path.join(":"),
        PYTHONDONTWRITEBYTECODE: "1",
        ...(programs.length > 0 ? { PATH: "/layer/bin:/usr/local/bin:/usr/bin:/bin" } : {}),
      },
      mounts: [
        { from: treeFolder, at: "/tree" },
        { from: environment.folder, at: "/layer" },
        ...(metadata === null ? [] : [{ from: metadata, at: "/metadata" }]),
        { from: fileURLToPath(new URL("inside/shell.py", import.meta.url)), at: "/agent/shell.py" },
      ],
      limits,
    },
    { signal },
  );
  return {
    run: async (command, seconds) =>
      Ran.parse(await session.ask({ run: command, seconds }, { timeoutMs: (seconds + 10) * 1000 })),
    changes: async () => Changed.parse(await session.ask({ changes: true })).changes,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
