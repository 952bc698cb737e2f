import { TaoceptionError } from "../../platform/index.ts";
import { checkMounts } from "../checkMounts.ts";
import type { Finished, Job, Sandbox } from "../contract.ts";
import { openRelay, type Relay } from "../relay.ts";
import { finish } from "../run.ts";
import { openSession } from "../session.ts";
import { type InContainer, startContained } from "./contained.ts";
import { reachEngine } from "./engine.ts";
import { openImage } from "./image.ts";
import { sweep } from "./owner.ts";
import { takeUid } from "./uids.ts";

/** Which engine and which image; the engine that DOCKER_HOST names when it is left out. */
export interface OciChoice {
  image: string;
  engine?: string | undefined;
  interpreter?: string | undefined;
}

/**
 * Open the room for untrusted code on a container engine: a job is a container. Throws `no-engine`, `no-image` or
 * `bad-image` with what mends it.
 */
export async function openOciSandbox(choice: OciChoice): Promise<Sandbox> {
  const engine = await reachEngine(choice.engine);
  await sweep(engine);
  const image = await openImage(choice.image, { engine, interpreter: choice.interpreter });
  const { interpreter, pythonVersion } = image;
  const open = new Set<() => Promise<void>>();
  let closed = false;
  const mayStart = () => {
    if (closed) throw new TaoceptionError("sandbox-closed", "the sandbox was closed");
  };

  async function start(
    job: Omit<Job, "stdin">,
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
      const finished = await finish(contained, job, signal);
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
    async openTemplate() {
      throw new Error("not yet");
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...open].map((close) => close()));
    },
  };
}
