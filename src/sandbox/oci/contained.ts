import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { Duplex, Readable, Writable } from "node:stream";
import type { Container } from "dockerode";
import { z } from "zod";
import type { Finished, Limits, Mount } from "../contract.ts";
import { frame, readFrames } from "../frames.ts";
import { insideFile } from "../inside.ts";
import { baseEnvironment, type Jailed } from "../jail/jail.ts";
import { rlimits } from "../jail/rlimits.ts";
import { inodeLimit } from "../jail/watch.ts";
import { bindsOf } from "./binds.ts";
import { creation, walls } from "./container.ts";
import { discard } from "./discard.ts";
import { answer } from "./engine.ts";
import type { Image } from "./image.ts";
import { takeUid } from "./uids.ts";

/** The frames' kinds between Node and the keeper; their twin is inside/keeper.py. */
const sent = { setup: 0, stdin: 1, channel: 2, kill: 3, alive: 4, bound: 5, look: 6 } as const;
const received = { stdout: 0, stderr: 1, channel: 2, end: 3, looked: 4 } as const;
const preamble = "\0keeper\0";
const aliveMs = 5_000;

const End = z.object({ status: z.int(), exceeded: z.enum(["memory", "disk"]).nullable() });
const Looked = z.object({ processes: z.int(), threads: z.int() });

/** What a container runs: like a jail, but for the identity. */
export interface Contained {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  mounts: readonly Mount[];
  limits: Limits;
  channel: boolean;
  /** Walls other than those that the limits give, for a template and all its forks. */
  room?: { memoryBytes: number; processes: number };
  nested?: boolean;
  /** Whether /work is a tmpfs of its own. */
  work?: boolean;
  rlimits?: Readonly<Record<string, number>>;
}

/** `short`: the engine saw the kernel end a process for want of memory. */
type Ended = Awaited<Jailed["ended"]> & { short: boolean };

/** A job in a container, spoken with as with a jailed one. */
export interface InContainer extends Omit<Jailed, "child"> {
  uid: number;
  ended: Promise<Ended>;
  /** The limit for which the keeper ended the job, or that it saw full. */
  exceeded(): Finished["exceeded"];
  /** What it may use from now on. */
  bound(limits: Pick<Limits, "memoryBytes" | "processes">): void;
  /** Processes of the container beside the keeper, and threads of the job's first one. */
  look(): Promise<z.infer<typeof Looked> | undefined>;
}

/** What preloading left behind beside the interpreter, in the keeper's words. */
export function leftBehind(looked: Awaited<ReturnType<InContainer["look"]>>): string | undefined {
  if (!looked || looked.processes < 1 || looked.threads < 1) return "it has ended";
  if (looked.processes > 1) return `preloading left ${looked.processes - 1} processes behind`;
  return looked.threads > 1 ? `preloading left ${looked.threads - 1} threads behind` : undefined;
}

const keeper = readFileSync(insideFile("../oci/inside/keeper.py"), "utf8");

/** Start a job in a container of its own. Throws where the engine cannot; nothing is left behind then. */
export async function startContained(
  job: Contained,
  { image, uid: given }: { image: Image; uid?: ReturnType<typeof takeUid> },
): Promise<InContainer> {
  const { engine } = image;
  const { uid, release } = given ?? takeUid();
  let binds: Awaited<ReturnType<typeof bindsOf>> | undefined;
  let container: Container | undefined;
  try {
    binds = await bindsOf(job.mounts, uid);
    const wanted = {
      image: image.id,
      argv: [image.interpreter, "-I", "-S", "-B", "-c", keeper] as [string, ...string[]],
      ...{ uid, binds: binds.binds, nested: job.nested ?? false },
      ...walls(job.limits),
      ...job.room,
      closed: [...image.volumes, ...image.installed, ...(job.nested ? ["/work", "/stage"] : [])],
      open: ["/tmp", ...(job.work ? ["/work"] : [])],
    };
    container = await answer(engine.docker.createContainer(creation(wanted, engine)), "create a container");
    const stream = (await answer(
      container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true }),
      "attach to a container",
    )) as unknown as Duplex;
    stream.on("error", () => {}); // the other end may go at any time
    const spoken = speak(stream, container, job);
    await answer(container.start(), "start a container");
    spoken.begin();
    const ended = spoken.closed.then(async () => {
      const how = await endOf(container as Container);
      await discard(container as Container);
      await binds?.release();
      release();
      return how;
    });
    return { ...spoken, uid, ended };
  } catch (cause) {
    if (container) await discard(container);
    await binds?.release();
    release();
    throw cause;
  }
}

/**
 * The status of process 1 as the engine's own wait found it. Looked at in short steps: Podman's `wait` of some
 * versions takes a whole processor, that of others a quarter of a second.
 */
async function endOf(container: Container): Promise<Ended> {
  const killed = { status: undefined, signal: "SIGKILL", short: false } as const;
  for (let tries = 0; tries < 400; tries += 1) {
    const state = await container.inspect().then(
      ({ State }) => State,
      () => undefined, // somebody removed it
    );
    if (!state) return killed;
    if (!state.Running && state.Status !== "created")
      return { status: state.ExitCode, signal: null, short: state.OOMKilled };
    if (tries === 100) await container.kill().catch(() => {}); // the connection was lost, not the job
    await new Promise((resolve) => setTimeout(resolve, tries < 20 ? 5 : 25));
  }
  return killed;
}

function speak(stream: Duplex, container: Container, job: Contained) {
  let exceeded: Finished["exceeded"] = null;
  let looked: ((said: z.infer<typeof Looked> | undefined) => void) | undefined;
  const say = (kind: number, payload?: Buffer) => {
    if (!stream.destroyed && stream.writable) stream.write(frame(kind, 0, payload));
  };
  const kill = () => {
    say(sent.kill);
    void container.kill().catch(() => {}); // it may be gone already
  };
  const stdout = new Readable({ read() {} });
  const stderr = new Readable({ read() {} });
  const channel = job.channel
    ? new Duplex({
        read() {},
        write(chunk: Buffer, _encoding, done) {
          say(sent.channel, chunk);
          done();
        },
      })
    : undefined;
  const frames = new EventEmitter();
  readFrames(
    frames,
    (kind, _number, payload) => {
      const bytes = Buffer.from(payload);
      if (kind === received.stdout) stdout.push(bytes);
      else if (kind === received.stderr) stderr.push(bytes);
      else if (kind === received.channel) channel?.push(bytes);
      else if (kind === received.end) exceeded = End.parse(JSON.parse(bytes.toString())).exceeded;
      else if (kind === received.looked) looked?.(Looked.parse(JSON.parse(bytes.toString())));
    },
    kill,
  );
  // what the keeper itself says goes to its stderr: only ever a failure to begin
  container.modem.demuxStream(
    stream,
    sink((chunk) => frames.emit("data", chunk)),
    sink((chunk) => stderr.push(chunk)),
  );
  const alive = setInterval(() => say(sent.alive), aliveMs);
  alive.unref();
  const closed = new Promise<void>((resolve) => {
    const over = () => {
      clearInterval(alive);
      looked?.(undefined);
      for (const each of [stdout, stderr, channel]) each?.push(null);
      stream.destroy();
      resolve();
    };
    stream.once("end", over);
    stream.once("close", over);
  });
  return {
    stdin: new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (chunk.length > 0) say(sent.stdin, chunk);
        done();
      },
      final(done) {
        say(sent.stdin);
        done();
      },
    }),
    stdout,
    stderr,
    channel,
    init: Promise.resolve(undefined),
    kill,
    closed,
    exceeded: () => exceeded,
    begin() {
      stream.write(preamble);
      say(sent.setup, Buffer.from(JSON.stringify(setupOf(job))));
    },
    bound({ memoryBytes, processes }: Pick<Limits, "memoryBytes" | "processes">) {
      const payload = Buffer.alloc(16);
      payload.writeBigUInt64BE(BigInt(Math.floor(memoryBytes)), 0);
      payload.writeBigUInt64BE(BigInt(Math.floor(processes)), 8);
      say(sent.bound, payload);
    },
    look: () =>
      new Promise<z.infer<typeof Looked> | undefined>((resolve) => {
        looked = resolve;
        say(sent.look);
      }),
  };
}

/** Takes chunks at once, so that all of them are there when the stream has ended. */
const sink = (take: (chunk: Buffer) => unknown) =>
  ({ write: (chunk: Buffer) => take(chunk) }) as unknown as NodeJS.WritableStream;

function setupOf({ argv, cwd, env, limits, channel, work, nested, rlimits: own }: Contained) {
  const { nproc: _, ...kept } = own ?? rlimits(limits); // counted for a uid on the whole machine: the engine's limit holds
  return {
    argv,
    cwd,
    env: { ...baseEnvironment, ...env },
    rlimits: kept,
    memoryBytes: Math.floor(limits.memoryBytes),
    processes: limits.processes,
    inodes: inodeLimit(limits),
    folders: ["/tmp", "/dev/shm", ...(work ? ["/work"] : [])],
    channel,
    alone: !nested, // what the kernel does to one fork is no matter of all
  };
}
