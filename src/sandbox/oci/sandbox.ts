import { TaoceptionError } from "../../platform/index.ts";
import { checkMounts, checkTemplate } from "../checkMounts.ts";
import type { OciChoice } from "../choice.ts";
import type { Finished, Sandbox } from "../contract.ts";
import { finish } from "../jail/run.ts";
import { openSession } from "../jail/session.ts";
import { openRelay, type Relay } from "../relay/relay.ts";
import { type InContainer, startContained } from "./contained.ts";
import { reachEngine } from "./engine.ts";
import { openImage, unseeing } from "./image.ts";
import { sweep } from "./owner.ts";
import type { Start } from "./singles.ts";
import { openOciTemplate } from "./template.ts";
import { takeUid } from "./uids.ts";

/**
 * Open the room for untrusted code on a container engine: a job is a container. Throws `no-engine`, `no-image` or
 * `bad-image` with what mends it.
 */
export async function openOciSandbox(choice: OciChoice): Promise<Sandbox> {
  const engine = await reachEngine(choice);
  await sweep(engine);
  const image = await openImage(choice.image, { engine, interpreter: choice.interpreter });
  const { interpreter, pythonVersion } = image;
  if (!image.sees) throw unseeing(engine);
  const open = new Set<() => Promise<void>>();
  let closed = false;
  const closing = new AbortController();
  const mayStart = () => {
    if (closed) throw new TaoceptionError("sandbox-closed", "the sandbox was closed");
  };

  async function start(
    job: Parameters<Start>[0],
    channel: boolean,
  ): Promise<InContainer & { relay: Relay | undefined }> {
    mayStart();
    await checkMounts(job);
    const uid = takeUid();
    let relay: Relay | undefined;
    try {
      relay = job.relay && (await openRelay(job.relay, { identity: { kind: "pool", ...uid }, interpreter }));
      const contained = await startContained(
        {
          argv: [...(relay?.prefix ?? []), ...job.argv],
          cwd: job.cwd ?? "/tmp",
          env: { ...(channel ? { SANDBOX_CHANNEL: "3" } : {}), ...relay?.env, ...job.env },
          mounts: [...(job.mounts ?? []), ...(relay?.mounts ?? [])],
          limits: job.limits,
          channel,
          ...(job.rlimits ? { rlimits: job.rlimits } : {}),
          ...(job.work ? { work: job.work } : {}),
        },
        { image, uid },
      );
      const ended = contained.ended.finally(() => relay?.close());
      const kill = async () => {
        contained.kill();
        await ended;
      };
      open.add(kill);
      if (closed) contained.kill(); // meanwhile
      void ended.then(() => open.delete(kill));
      return { ...contained, ended, relay };
    } catch (error) {
      await relay?.close();
      throw error;
    }
  }

  return {
    interpreter,
    pythonVersion,
    async run(job, { signal } = {}) {
      signal?.throwIfAborted();
      const { relay, ...contained } = await start(job, false);
      const finished = await finish(contained, job, { signal });
      const exceeded: Finished["exceeded"] =
        finished.exceeded ?? contained.exceeded() ?? ((await contained.ended).short ? "memory" : null);
      return { ...finished, exceeded, ...(relay ? { relayed: relay.relayed() } : {}) };
    },
    async openSession(job, { signal } = {}) {
      signal?.throwIfAborted();
      const contained = await start(job, true);
      signal?.addEventListener("abort", contained.kill, { once: true });
      void contained.ended.then(() => signal?.removeEventListener("abort", contained.kill));
      return openSession(contained, job.limits);
    },
    async openTemplate(spec, { signal } = {}) {
      mayStart();
      const until = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
      await checkTemplate(spec);
      const template = await openOciTemplate(spec, { image, start, noForks: choice.noForks, signal: until });
      const close = () => template[Symbol.asyncDispose]();
      open.add(close);
      return {
        run: template.run,
        async [Symbol.asyncDispose]() {
          open.delete(close);
          await close();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      closing.abort(new TaoceptionError("sandbox-closed", "the sandbox was closed"));
      await Promise.all([...open].map((close) => close()));
    },
  };
}
