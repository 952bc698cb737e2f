import { TaoceptionError } from "../../platform/index.ts";
import type { Finished, Job, Template, TemplateJob, TemplateResult, TemplateSpec } from "../contract.ts";
import { insideFile } from "../inside.ts";
import { templateRlimits } from "../jail/rlimits.ts";
import { finish } from "../jail/run.ts";
import { BOUNDS_BYTES, describe } from "../jail/template.ts";
import { reportKeeper } from "../reports.ts";
import { type Contained, type InContainer, leftBehind } from "./contained.ts";
import type { Image } from "./image.ts";

export type Start = (
  job: Omit<Job, "stdin"> & Partial<Pick<Contained, "rlimits" | "work">>,
  channel: boolean,
) => Promise<InContainer>;

/**
 * A template that is none: each of its jobs is a container of its own, which imports everything before the job's
 * clock begins. Fails at once, as the other does, when the modules cannot be imported.
 */
export async function openSingles(
  spec: TemplateSpec,
  { image, start }: { image: Image; start: Start },
): Promise<Template> {
  const open = new Set<() => Promise<void>>();
  let closed = false;
  const over = () => new TaoceptionError("template-ended", "the template was closed", { retryable: true });

  async function launch(job: TemplateJob | undefined, order: Buffer): Promise<InContainer> {
    if (closed) throw over();
    const { limits: own } = spec;
    const limits = {
      ...(job?.limits ?? own),
      memoryBytes: Math.max(own.memoryBytes, job?.limits.memoryBytes ?? 0), // while it imports
      processes: Math.max(own.processes, job?.limits.processes ?? 0),
    };
    const contained = await start(
      {
        argv: [image.interpreter, "-S", "-s", "-B", "/sandbox/single.py"],
        env: { PYTHONHASHSEED: "0", ...spec.env },
        mounts: [
          { from: insideFile("../oci/inside/single.py"), at: "/sandbox/single.py" },
          { from: spec.program, at: "/sandbox/program.py" },
          ...spec.mounts,
          { from: job?.lower ?? spec.lowers, at: "/lower" },
        ],
        limits,
        rlimits: templateRlimits(own),
        work: true,
      },
      true,
    );
    const setup = Buffer.from(JSON.stringify({ pythonPath: spec.pythonPath, preload: spec.preload }));
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(setup.length, 0);
    lengths.writeUInt32BE(order.length, 4);
    contained.channel?.write(Buffer.concat([lengths, setup, order]));
    const kill = async () => {
      contained.kill();
      await contained.ended;
    };
    open.add(kill);
    void contained.ended.then(() => open.delete(kill));
    return contained;
  }

  /** A job from its start to its end; without one, only what is imported. */
  async function live(job: TemplateJob | undefined, order: Buffer, signal?: AbortSignal) {
    const arrived = performance.now();
    const contained = await launch(job, order);
    const limits = job?.limits ?? spec.limits;
    let begun: number | undefined;
    let timedOut = false;
    let timer: NodeJS.Timeout | undefined;
    let left: Promise<string | undefined> | undefined;
    const reports = reportKeeper({ flooded: contained.kill, nonsense: contained.kill });
    const begin = () => {
      begun = performance.now();
      if (!job) {
        left = contained.look().then((looked) => {
          contained.kill();
          return leftBehind(looked);
        });
        return;
      }
      contained.bound(limits);
      timer = setTimeout(() => {
        timedOut = true;
        contained.kill();
      }, limits.wallMs);
    };
    contained.channel?.on("data", (chunk: Buffer) => {
      if (begun !== undefined) return reports.add(chunk);
      begin(); // its first byte says that all is imported
      if (chunk.length > 1) reports.add(chunk.subarray(1));
    });
    const wallMs = spec.limits.wallMs + (job?.limits.wallMs ?? 0);
    const finished = await finish(contained, { limits: { ...limits, wallMs } }, { signal });
    clearTimeout(timer);
    const exceeded: Finished["exceeded"] =
      finished.exceeded ??
      contained.exceeded() ??
      (reports.flooded() ? "output" : (await contained.ended).short ? "memory" : null);
    const now = performance.now();
    const result: TemplateResult = {
      ...finished,
      timedOut: timedOut || finished.timedOut,
      exceeded,
      elapsedMs: Math.round(now - (begun ?? arrived)),
      reports: reports.reports(),
      forkMs: begun === undefined ? -1 : begun - arrived,
    };
    return { result, left: begun === undefined ? "it has ended" : await left };
  }

  const { result, left } = await live(undefined, Buffer.from("null"));
  if (left !== undefined) {
    const why = result.timedOut
      ? `not ready after ${spec.limits.wallMs} ms`
      : result.stderr.slice(-4000) || left;
    throw new TaoceptionError("template-failed", `the template could not be started: ${why}`);
  }
  return {
    async run(job, { signal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw over();
      const order = (await describe(job, spec.lowers)).subarray(BOUNDS_BYTES);
      const { result } = await live(job, order, signal);
      if (closed) throw over();
      if (result.forkMs < 0 && !result.timedOut && result.exceeded === null)
        throw new TaoceptionError(
          "sandbox-failed",
          `the job could not be set up: ${result.stderr.slice(-2000)}`,
        );
      return result;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...open].map((kill) => kill()));
    },
  };
}
