import type { ContainerCreateOptions } from "dockerode";
import { type Pack, pack } from "tar-stream";
import { TaoceptionError } from "../../platform/index.ts";
import type { OciChoice } from "../choice.ts";
import type { Limits } from "../contract.ts";
import { discard } from "./discard.ts";
import { answer, type Engine, reachEngine } from "./engine.ts";
import { type Executed, execute, type Output } from "./execute.ts";
import { labelsOf, sweep } from "./owner.ts";

/** A container of somebody else's image, in which commands are run as its root. */
export interface ForeignContainer {
  /** Write files by their absolute paths; folders above them are made. */
  put(files: Readonly<Record<string, { bytes: Uint8Array | string; executable?: boolean }>>): Promise<void>;
  /**
   * Run a command to its end. One that is not done after `timeoutMs` takes the whole container with it: no engine
   * can end a command otherwise. Every later call throws `container-ended`.
   */
  exec(
    argv: readonly [string, ...string[]],
    options: {
      timeoutMs: number;
      output: Output;
      env?: Readonly<Record<string, string>>;
      cwd?: string;
      signal?: AbortSignal;
    },
  ): Promise<Executed>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ForeignSpec {
  image: string;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** `wallMs` is the life of the container, `diskBytes` the size of any one file; `outputBytes` is not used. */
  limits: Limits;
  /** There never is one; the word stands for whoever reads the call. */
  network: false;
}

/**
 * Start a container of an image that this project did not make. It may write to its own files, as its commands
 * expect, and keeps the few rights that root needs among them; it has no network and no file of this machine.
 * Throws `no-engine` and `no-image`. It ends at once by disposal, and by itself after `limits.wallMs`.
 */
export async function openContainer(
  spec: ForeignSpec,
  choice: Omit<OciChoice, "image"> = {},
): Promise<ForeignContainer> {
  const engine = await reachEngine(choice);
  await sweep(engine);
  const container = await answer(
    engine.docker.createContainer(foreign(spec, engine)),
    "create a container",
  ).catch((error: TaoceptionError) => {
    if (!/no such image|image not known|404/i.test(error.message)) throw error;
    throw new TaoceptionError("no-image", `${engine.name} has no image ${spec.image}`, { cause: error });
  });
  let over: TaoceptionError | undefined;
  const end = async (why: string) => {
    over ??= new TaoceptionError("container-ended", why);
    await discard(container);
  };
  try {
    await answer(container.start(), "start a container");
  } catch (error) {
    await discard(container);
    throw error;
  }
  return {
    async put(files) {
      if (over) throw over;
      await answer(
        container.putArchive(archive(files) as unknown as NodeJS.ReadableStream, { path: "/" }),
        "put files into a container",
      );
    },
    async exec(argv, { timeoutMs, output, env = {}, cwd, signal }) {
      if (over) throw over;
      signal?.throwIfAborted();
      const wanted = { argv: limited(argv, spec.limits), env: { ...spec.env, ...env }, cwd: cwd ?? spec.cwd };
      const done = await execute(container, wanted, { timeoutMs, output, signal, end });
      signal?.throwIfAborted();
      return done;
    },
    [Symbol.asyncDispose]: () => end("the container was closed"),
  };
}

/** What root needs to be root among the image's own files, and to become one of its users. */
const rights = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID"];

function foreign({ image, env = {}, cwd, limits }: ForeignSpec, engine: Engine): ContainerCreateOptions {
  const memory = Math.floor(Math.min(limits.memoryBytes, (engine.memoryBytes || Infinity) * 0.9));
  return {
    Image: image,
    Entrypoint: ["/bin/sh"],
    Cmd: ["-c", `sleep ${Math.ceil(limits.wallMs / 1000)}`],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(cwd === undefined ? {} : { WorkingDir: cwd }),
    User: "0:0", // whoever the image names: its files are root's, and so swebench runs it
    NetworkDisabled: true,
    Labels: labelsOf(),
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      CapAdd: rights,
      SecurityOpt: ["no-new-privileges"],
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: Math.max(16, limits.processes),
      NanoCpus: Math.min(engine.processors, 4) * 1e9,
      IpcMode: "private",
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no" },
    },
  };
}

/**
 * Limits are set by the image's own shell: an engine that is given one sets all others to what it may not be allowed.
 * Its two outputs are one, since an engine that reads two mixes up their lines, and markers would stand elsewhere.
 */
function limited(argv: readonly string[], { cpuSeconds, diskBytes }: Limits): string[] {
  const limits = `ulimit -c 0; ulimit -t ${Math.ceil(cpuSeconds)}; ulimit -f ${Math.ceil(diskBytes / 512)}`;
  return ["/bin/sh", "-c", `${limits}; exec "$@" 2>&1`, "sh", ...argv];
}

function archive(files: Parameters<ForeignContainer["put"]>[0]): Pack {
  const tar = pack();
  for (const [path, { bytes, executable }] of Object.entries(files)) {
    if (!path.startsWith("/") || path.split("/").includes(".."))
      throw new TaoceptionError("bad-path", `${path} is no absolute path`);
    tar.entry({ name: path.slice(1), mode: executable ? 0o755 : 0o644 }, Buffer.from(bytes as Uint8Array));
  }
  tar.finalize();
  return tar;
}
