import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild, TaoceptionError } from "../../platform/index.ts";
import type { Limits, Template, TemplateSpec } from "../contract.ts";
import { templateRlimits } from "../jail/rlimits.ts";
import { openTemplate } from "../jail/template.ts";
import { type InContainer, leftBehind, startContained } from "./contained.ts";
import type { Image } from "./image.ts";
import { openSingles, type Start } from "./singles.ts";

const megabyte = 1024 ** 2;
/** Memory and processes that all forks of a template may have together; each is held to its own limits inside. */
const forks = { memoryBytes: 16 * 1024 * megabyte, processes: 1024 };

/** Whether forks can enter namespaces of their own, by engine and image: asked once in a process. */
const nesting = new Map<string, Promise<boolean>>();

/**
 * A template in a container. Where the engine lets an ordinary user's process make namespaces, it is the very
 * template of the jail, whose forks are kept apart by the kernel; elsewhere each job is a container of its own,
 * which imports everything anew: slower, and no less kept apart.
 */
export async function openOciTemplate(
  spec: TemplateSpec,
  {
    image,
    start,
    noForks = false,
    signal,
  }: { image: Image; start: Start; noForks?: boolean | undefined; signal: AbortSignal },
): Promise<Template> {
  if (noForks) return openSingles(spec, { image, start });
  const key = `${image.engine.url} ${image.id}`;
  const known = nesting.get(key) ?? tryNesting(image, signal);
  nesting.set(key, known);
  known.catch(() => nesting.delete(key)); // called off, or the engine went away: asked again next time
  return (await known) ? openNested(spec, image, signal) : openSingles(spec, { image, start });
}

/** The same whether forks can be kept apart inside or not; which of the two it is decides the speed alone. */
async function openNested(spec: TemplateSpec, image: Image, signal: AbortSignal): Promise<Template> {
  let contained: InContainer | undefined;
  const template = await openTemplate(spec, {
    interpreter: image.interpreter,
    signal,
    async enter({ entering: _, ...jail }) {
      const { limits } = jail;
      const room = {
        memoryBytes: limits.memoryBytes + forks.memoryBytes,
        processes: limits.processes + forks.processes,
      };
      const inside = await startContained(
        { ...jail, nested: true, room, rlimits: templateRlimits(limits) },
        { image },
      );
      contained = inside;
      return {
        ...inside,
        uid: null,
        shares: true,
        release() {},
        leftBehind: async () => leftBehind(await inside.look()),
      };
    },
  });
  const running = new Set<Limits>();
  const bound = () => {
    const all = [spec.limits, ...running];
    contained?.bound({
      memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      processes: all.reduce((sum, { processes }) => sum + processes, 0),
    });
  };
  return {
    async run(job, options) {
      running.add(job.limits);
      bound();
      try {
        return await template.run(job, options);
      } finally {
        running.delete(job.limits);
        bound();
      }
    },
    [Symbol.asyncDispose]: () => template[Symbol.asyncDispose](),
  };
}

async function tryNesting(image: Image, signal: AbortSignal): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "taoception-nesting-"));
  const limits: Limits = {
    ...{ wallMs: 20_000, cpuSeconds: 20, memoryBytes: 256 * megabyte, processes: 16 },
    ...{ outputBytes: megabyte, diskBytes: 4 * megabyte },
  };
  try {
    const [lowers, program] = [join(folder, "lowers"), join(folder, "program.py")];
    await mkdir(join(lowers, "empty"), { recursive: true });
    await writeFile(program, "def main(order, report):\n    report(order)\n");
    await runChild(["chmod", "-R", "a+rX", folder]);
    await using template = await openNested(
      { preload: [], pythonPath: [], mounts: [], lowers, program, limits },
      image,
      signal,
    );
    const done = await template.run({ lower: join(lowers, "empty"), files: {}, input: "apart", limits });
    return done.exitCode === 0 && done.reports[0] === "apart";
  } catch (error) {
    const known = error instanceof TaoceptionError && /^(?:sandbox|template|engine)-/.test(error.code);
    if (!known) throw error;
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
