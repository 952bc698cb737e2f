import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { z } from "zod";
import { TaoceptionError } from "../../platform/index.ts";

/** A container engine that answered. */
export interface Engine {
  docker: Docker;
  url: string;
  /** `Docker Engine 28.1` or `Podman Engine 4.3.1`. */
  name: string;
  podman: boolean;
  /** What guards its containers: `seccomp`, `apparmor`, `selinux`, `rootless`, … */
  guards: ReadonlySet<string>;
  processors: number;
  memoryBytes: number;
}

const Version = z.object({
  Version: z.string(),
  Os: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});
const Info = z.object({
  SecurityOptions: z.array(z.string()).nullish(),
  NCPU: z.number().nullish(),
  MemTotal: z.number().nullish(),
});

/** How long the engine may take to answer any one request, save those that wait for a job. */
const patienceMs = 60_000;

const noEngine = (what: string, cause?: unknown) =>
  new TaoceptionError("no-engine", what, { cause, mend: whatMends() });

/** Starting an engine differs by system. */
function whatMends(): string {
  if (process.platform === "darwin" || process.platform === "win32")
    return "start Docker Desktop (or `podman machine start`) and set DOCKER_HOST where its socket is not the usual one";
  return "start one (`systemctl start docker`, or `podman system service --time=0 unix:///tmp/podman.sock`) and set DOCKER_HOST to its socket";
}

/** The first usual socket that is there; undefined where there is none of them. */
function usualUrl(): string | undefined {
  if (process.platform === "win32") return "npipe:////./pipe/docker_engine";
  const own = `/run/user/${process.getuid?.() ?? 0}`;
  const found = [
    "/var/run/docker.sock",
    join(homedir(), ".docker", "run", "docker.sock"),
    join(own, "docker.sock"),
    join(own, "podman", "podman.sock"),
    "/run/podman/podman.sock",
  ].find((path) => existsSync(path));
  return found && `unix://${found}`;
}

/** Where an engine is: its address, the usual sockets when it has none, and the folder of certificates for TLS. */
export interface EngineChoice {
  engine?: string | undefined;
  certificates?: string | undefined;
}

/** Reach the engine. Throws `no-engine`, with what to do, when none answers. */
export async function reachEngine({ engine, certificates }: EngineChoice): Promise<Engine> {
  const url = engine ?? usualUrl();
  if (url === undefined)
    throw noEngine("no container engine: DOCKER_HOST is not set and no socket was found");
  const docker = new Docker(connection(url, certificates));
  try {
    const [version, info] = await Promise.all([
      answer(docker.version(), "version", 10_000),
      answer(docker.info(), "info", 10_000),
    ]);
    const { Version: number, Os: system, Components } = Version.parse(version);
    const { SecurityOptions, NCPU, MemTotal } = Info.parse(info);
    if (system !== "linux") throw noEngine(`the engine at ${url} runs ${system} containers, not Linux ones`);
    const podman = (Components ?? []).some(({ Name }) => /podman/i.test(Name));
    const guards = (SecurityOptions ?? []).flatMap((each) => /name=([^,]+)/.exec(each)?.[1] ?? []);
    return {
      docker,
      url,
      name: `${podman ? "Podman" : "Docker"} Engine ${number}`,
      podman,
      guards: new Set(guards),
      processors: NCPU || 1,
      memoryBytes: MemTotal || 0,
    };
  } catch (cause) {
    if (cause instanceof TaoceptionError && cause.code === "no-engine") throw cause;
    throw noEngine(`no container engine answers at ${url}: ${(cause as Error).message}`, cause);
  }
}

function connection(url: string, certificates: string | undefined): Docker.DockerOptions {
  const [, kind, rest = ""] = /^(\w+):\/\/(.*)$/.exec(url) ?? [];
  if (kind === "unix" || kind === "npipe") return { socketPath: rest };
  if (kind !== "tcp" && kind !== "http" && kind !== "https")
    throw noEngine(`${url} is no address of an engine (unix:///path, npipe://, tcp://host:port)`);
  const { hostname, port } = new URL(`http://${rest}`);
  const plain = certificates === undefined && kind !== "https";
  const read = (name: string) => readFileSync(join(certificates as string, name));
  return {
    protocol: plain ? "http" : "https",
    host: hostname,
    port: Number(port) || (plain ? 2375 : 2376),
    ...(certificates === undefined
      ? {}
      : { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") }),
  };
}

/** An engine's answer, or `engine-failed` with its own words; one that does not come in time counts as none. */
export async function answer<T>(asked: Promise<T>, what: string, withinMs = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (cause) {
    const { json, message } = cause as { json?: { message?: string }; message: string };
    throw new TaoceptionError(
      "engine-failed",
      `the container engine, asked to ${what}: ${json?.message ?? message}`,
      { cause, retryable: true },
    );
  } finally {
    clearTimeout(timer);
  }
}
