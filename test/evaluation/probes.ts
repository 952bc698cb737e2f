import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "../../src/platform/index.ts";
import { type Limits, openSandbox, type TemplateResult } from "../../src/sandbox/index.ts";

/** What hostile code found out about the sandbox, as whatever user this process is. */
export interface Probed {
  uid: number;
  /** What a module that is imported at preload can reach. */
  preloaded: Record<string, unknown>;
  /** What one fork managed to leave, what the next found of it, and what one beside a living fork finds. */
  left: string[];
  found: string[];
  foundBeside: string[];
  /** The same for jobs without a template that come one after another, over many uids. */
  leftByJob: string[];
  foundByJob: string[];
  /** A fork that writes into the channel of its template, and the honest one after it. */
  forger: Pick<TemplateResult, "exitCode" | "reports">;
  after: Pick<TemplateResult, "exitCode" | "reports">;
}

const megabyte = 1024 * 1024;
export const limits: Limits = {
  wallMs: 30_000,
  cpuSeconds: 20,
  memoryBytes: 256 * megabyte,
  processes: 16,
  outputBytes: megabyte,
  diskBytes: 16 * megabyte,
};
export const inside = (name: string) => fileURLToPath(new URL(`inside/${name}`, import.meta.url));

/** Lay out a tree and a folder of modules for a template, readable by the sandbox's uid. */
export async function makeGround(modules: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "ground-"));
  const [lowers, mods] = [join(folder, "lowers"), join(folder, "mods")];
  for (const tree of ["one", "two"]) {
    await mkdir(join(lowers, tree), { recursive: true });
    await writeFile(join(lowers, tree, "name.txt"), tree);
  }
  await mkdir(mods);
  await cp(inside("preloaded.py"), join(mods, "preloaded.py"));
  for (const [name, text] of Object.entries(modules)) await writeFile(join(mods, name), text);
  const lower = join(lowers, "one");
  await chmod(folder, 0o755);
  await runChild(["chmod", "-R", "a+rX", folder]); // the umask may have closed it to the sandbox's uid
  return {
    mods,
    lower,
    spec: { pythonPath: ["/mods"], mounts: [{ from: mods, at: "/mods" }], lowers, limits },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Let hostile programs look around. */
export async function probe(): Promise<Probed> {
  await using ground = await makeGround();
  await using sandbox = await openSandbox();
  // what is left must be looked for in a fork of the same template
  const either = join(ground.mods, "either.py");
  await writeFile(
    either,
    `def main(order, report):
    import importlib.util
    spec = importlib.util.spec_from_file_location(order["do"], "/programs/" + order["do"] + ".py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main(order, report)
`,
  );
  const programs = ["leave", "look", "forge", "facts"].map((name) => ({
    from: inside(`${name}.py`),
    at: `/programs/${name}.py`,
  }));
  await using template = await sandbox.openTemplate({
    ...ground.spec,
    mounts: [...ground.spec.mounts, ...programs],
    preload: ["preloaded"],
    program: either,
  });
  const run = (what: string, stay = 0) =>
    template.run({ lower: ground.lower, files: {}, input: { do: what, stay }, limits });
  const told = (result: TemplateResult) => {
    if (result.exitCode !== 0) throw new Error(JSON.stringify(result));
    return result.reports[0] as string[];
  };
  const left = told(await run("leave"));
  const found = told(await run("look"));
  const living = run("leave", 2);
  await new Promise((wait) => setTimeout(wait, 800));
  const foundBeside = told(await run("look"));
  await living;
  const forger = await run("forge");
  const preloaded = await run("facts");
  const after = await run("look");

  const job = async (name: string, order: object) => {
    const script = `import json, sys; sys.path.insert(0, "/programs"); import ${name}
${name}.main(json.loads(sys.argv[1]), lambda value: print(json.dumps(value), flush=True))`;
    const argv = [sandbox.interpreter, "-B", "-c", script, JSON.stringify(order)] as const;
    const done = await sandbox.run({ argv: [...argv], mounts: [...ground.spec.mounts, ...programs], limits });
    if (done.exitCode !== 0) throw new Error(JSON.stringify(done));
    return JSON.parse(done.stdout) as string[];
  };
  const leftByJob = await job("leave", { stay: 0 });
  const foundByJob = await job("look", {});
  return {
    uid: process.getuid?.() ?? -1,
    preloaded: preloaded.reports[0] as Record<string, unknown>,
    left,
    found,
    foundBeside,
    leftByJob,
    foundByJob,
    forger: { exitCode: forger.exitCode, reports: forger.reports },
    after: { exitCode: after.exitCode, reports: after.reports },
  };
}

if (import.meta.main) console.log(JSON.stringify(await probe()));
