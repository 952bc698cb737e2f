import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Mount, Sandbox } from "../../sandbox/index.ts";
import { libraryOf } from "./library.ts";
import { moduleName } from "./names.ts";

/**
 * Mounts that hide a standard module where interpreters have it, source and bytecode: what is judged against the
 * module must not find the answer beside it. Of any other package there is nothing to hide.
 */
export function hidden(
  packageName: string,
  sandbox: Pick<Sandbox, "interpreter" | "pythonVersion">,
): Mount[] {
  const module = moduleName(packageName);
  if (module === null) return [];
  return [...libraries(sandbox)]
    .flatMap((library) => [
      ...(existsSync(join(library, `${module}.py`)) ? [join(library, `${module}.py`)] : []),
      ...filesIn(join(library, "__pycache__")).filter((path) => path.includes(`/${module}.`)),
      ...filesIn(join(library, module)),
    ])
    .filter((path) => /\.pyc?$/.test(path))
    .map((at) => ({ from: "/dev/null", at }));
}

/** The standard libraries that the sandbox shows: the interpreter's, and those of others under /usr. */
function libraries(sandbox: Pick<Sandbox, "interpreter" | "pythonVersion">): Set<string> {
  const own = libraryOf(sandbox);
  const found = new Set(own === null ? [] : [own]);
  for (const lib of ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"]) {
    if (!existsSync(lib)) continue;
    for (const name of readdirSync(lib)) if (/^python3/.test(name)) found.add(join(lib, name));
  }
  return found;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
