import { TaoceptionError } from "../platform/index.ts";
import { findPlaces } from "./cgroups/places.ts";
import { type Held, openCgroups } from "./cgroups/pool.ts";
import { checkSandbox } from "./check.ts";
import { checkMounts, checkTemplate } from "./checkMounts.ts";
import type { SandboxChoice } from "./choice.ts";
import type { Job, Sandbox } from "./contract.ts";
import { installedPackages } from "./installed.ts";
import { findInterpreter } from "./interpreter.ts";
import { enterJail } from "./jail/enterJail.ts";
import { openEtc } from "./jail/etc.ts";
import { takeIdentity } from "./jail/identity.ts";
import { type Jailed, startJail } from "./jail/jail.ts";
import { ownKeyring } from "./jail/keyrings.ts";
import { finish } from "./jail/run.ts";
import { openSession } from "./jail/session.ts";
import { openTemplate } from "./jail/template.ts";
import { openRelay, type Relay } from "./relay/relay.ts";

/**
 * Open the room for untrusted code. Throws `no-sandbox` with what mends it when this machine cannot protect:
 * nothing is ever run without protection.
 */
export async function openSandbox(options: SandboxChoice = {}): Promise<Sandbox> {
  if (options.backend === "oci") return (await import("./oci/sandbox.ts")).openOciSandbox(options);
  const { path: interpreter, version: pythonVersion } = await findInterpreter(options.interpreter);
  const failed = (await checkSandbox({ interpreter })).find(({ ok }) => !ok);
  if (failed)
    throw new TaoceptionError("no-sandbox", `${failed.name}: ${failed.detail}`, {
      ...(failed.mend ? { mend: failed.mend } : {}),
    });
  const keyring = await ownKeyring({ interpreter });
  const etc = await openEtc();
  const cgroups = openCgroups(findPlaces());
  const machine = { etc: etc.folder, emptied: installedPackages() };
  const enter = enterJail({ ...machine, cgroups });
  const open = new Set<() => Promise<void>>();
  /** What is just being opened: closing waits for it, since nobody else may ever have it in hand. */
  const opening = new Set<Promise<unknown>>();
  const closing = new AbortController();

  async function whileOpening<T>(work: () => Promise<T>): Promise<T> {
    closing.signal.throwIfAborted();
    const opened = work();
    opening.add(opened);
    try {
      return await opened;
    } finally {
      opening.delete(opened);
    }
  }

  async function start(
    job: Omit<Job, "stdin">,
    channel: boolean,
  ): Promise<Jailed & { relay: Relay | undefined; group: Held | undefined }> {
    await checkMounts(job);
    const identity = await takeIdentity({ interpreter });
    let relay: Relay | undefined;
    const release = async () => {
      await relay?.close();
      if (identity.kind === "pool") identity.release();
    };
    try {
      relay = job.relay && (await openRelay(job.relay, { identity, interpreter }));
      const jailed = await startJail({
        argv: [...keyring, ...(relay?.prefix ?? []), ...job.argv],
        cwd: job.cwd ?? "/tmp",
        env: { ...(channel ? { SANDBOX_CHANNEL: "3" } : {}), ...relay?.env, ...job.env },
        mounts: [...(job.mounts ?? []), ...(relay?.mounts ?? [])],
        limits: job.limits,
        identity,
        etc: etc.folder,
        emptied: channel ? machine.emptied : [], // 0.25 ms, and what is judged or explored runs elsewhere
        entering: "job",
        channel,
      });
      const group = cgroups.take(job.limits);
      group?.enter(jailed.init);
      const ended = jailed.ended.finally(release); // whoever waits for the job's end finds nothing left of it
      const kill = async () => {
        jailed.kill();
        await ended;
      };
      open.add(kill);
      if (closing.signal.aborted) jailed.kill(); // meanwhile
      void ended.then(() => open.delete(kill));
      void ended.then(() => group?.release());
      return { ...jailed, ended, relay, group };
    } catch (error) {
      await release();
      throw error;
    }
  }

  return {
    interpreter,
    pythonVersion,
    async run(job, { signal } = {}) {
      signal?.throwIfAborted();
      const { relay, group, ...jailed } = await whileOpening(() => start(job, false));
      const finished = await finish(jailed, job, { signal, group });
      return relay ? { ...finished, relayed: relay.relayed() } : finished;
    },
    async openSession(job, { signal } = {}) {
      signal?.throwIfAborted();
      const jailed = await whileOpening(() => start(job, true));
      signal?.addEventListener("abort", jailed.kill, { once: true });
      if (signal?.aborted) jailed.kill(); // meanwhile
      void jailed.ended.then(() => signal?.removeEventListener("abort", jailed.kill));
      return openSession(jailed, job.limits);
    },
    async openTemplate(spec, { signal } = {}) {
      const until = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
      return whileOpening(async () => {
        await checkTemplate(spec);
        const template = await openTemplate(spec, { interpreter, enter, signal: until });
        const close = () => template[Symbol.asyncDispose]();
        open.add(close);
        return {
          run: template.run,
          async [Symbol.asyncDispose]() {
            open.delete(close);
            await close();
          },
        };
      });
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new TaoceptionError("sandbox-closed", "the sandbox was closed"));
      await Promise.allSettled(opening);
      await Promise.all([...open].map((close) => close()));
      await etc[Symbol.asyncDispose]();
      await cgroups.close();
    },
  };
}
