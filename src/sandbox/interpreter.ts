import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import { runChild, TaoceptionError } from "../platform/index.ts";

export interface Interpreter {
  path: string;
  version: string;
}

/**
 * A Python of at least 3.10 that lies under /usr, so that the sandbox sees it and its uid may read it:
 * /usr/bin/python3 first, then every other; or the one that is named.
 */
export async function findInterpreter(named?: string): Promise<Interpreter> {
  const tried: string[] = [];
  for (const path of named === undefined ? candidates() : [named]) {
    const version = await versionOf(path);
    if (version === undefined) tried.push(`${path}: not under /usr, or does not run`);
    else if (!newEnough(version)) tried.push(`${path}: is ${version}`);
    else return { path, version };
  }
  throw new TaoceptionError(
    "no-python",
    `no Python of at least 3.10 that the sandbox can read (${tried.join("; ") || "none under /usr"})`,
    { mend: "apt-get install python3" },
  );
}

function candidates(): string[] {
  const found = ["/usr/bin/python3"];
  for (const folder of ["/usr/bin", "/usr/local/bin"]) {
    try {
      const names = readdirSync(folder).filter((name) => /^python3\.\d+$/.test(name));
      names.sort((a, b) => Number(b.slice(8)) - Number(a.slice(8)));
      found.push(...names.map((name) => `${folder}/${name}`), `${folder}/python3`);
    } catch {
      // no such folder
    }
  }
  return [...new Set(found)];
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    accessSync(path, constants.X_OK);
    if (!path.startsWith("/usr/") || !realpathSync(path).startsWith("/usr/")) return undefined;
    const said = await runChild(
      [path, "-I", "-S", "-c", "import platform; print(platform.python_version())"],
      {
        timeoutMs: 20_000,
      },
    );
    return said.exitCode === 0 ? said.stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= 10;
}
