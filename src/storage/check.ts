import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, explain, runChild, type Secret, TaoceptionError } from "../platform/index.ts";
import { packagedPostgres, prepareNative } from "./native.ts";
import { answer } from "./server.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";
const WAIT_MS = 20_000;

/** What `openPostgres` needs on this machine, or, with `databaseUrl`, whether that server answers. Changes nothing. */
export async function checkPostgres({
  databaseUrl,
}: {
  databaseUrl?: Secret<string>;
} = {}): Promise<Check[]> {
  if (databaseUrl)
    return [await check("database server", () => answer(databaseUrl).then(() => "it answers"))];
  const env = { PATH };
  return [
    await check("lock (flock)", () => version(["flock", "--version"], env, "install util-linux")),
    await check("namespaces (bubblewrap)", () =>
      version(
        [
          "bwrap",
          "--unshare-user",
          "--uid",
          "70",
          "--unshare-pid",
          "--dev-bind",
          "/",
          "/",
          "bwrap",
          "--version",
        ],
        env,
        "install bubblewrap, and allow it user namespaces",
      ),
    ),
    await check("database programs", async () => {
      const folder = await mkdtemp(join(tmpdir(), "taoception-"));
      try {
        const { bin, libraries } = await prepareNative(await packagedPostgres(), folder);
        const mend = "install the optional packages again (npm ci), or set DATABASE_URL";
        return await version(
          [join(bin, "postgres"), "--version"],
          { PATH, LD_LIBRARY_PATH: libraries.join(":") },
          mend,
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
  ];
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const mend = error instanceof TaoceptionError ? error.mend : undefined;
    const detail = error instanceof TaoceptionError ? error.message : explain(error);
    return { name, ok: false, detail, ...(mend !== undefined && { mend }) };
  }
}

/** The first line that a program says. */
async function version(
  argv: readonly [string, ...string[]],
  env: Record<string, string>,
  mend: string,
): Promise<string> {
  const ended = await runChild(argv, { env, timeoutMs: WAIT_MS }).catch((cause: unknown) => {
    throw new TaoceptionError("missing-program", `${argv[0]} could not be started`, { cause, mend });
  });
  if (ended.exitCode === 0) return ended.stdout.trim().split("\n")[0] ?? "";
  throw new TaoceptionError("missing-program", `${argv[0]} failed: ${ended.stderr.trim().slice(0, 500)}`, {
    mend,
  });
}
