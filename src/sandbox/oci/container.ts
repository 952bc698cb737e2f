import type { ContainerCreateOptions, MountSettings } from "dockerode";
import type { Limits } from "../contract.ts";
import type { Engine } from "./engine.ts";
import { labelsOf } from "./owner.ts";

/** What a container is made of, apart from what all have. */
export interface Wanted {
  image: string;
  argv: readonly [string, ...string[]];
  uid: number;
  binds: readonly MountSettings[];
  /** Bytes of memory of all its processes and of what they write to its tmpfs. */
  memoryBytes: number;
  processes: number;
  diskBytes: number;
  /** Its forks enter namespaces of their own, which an engine's usual filter of system calls forbids. */
  nested: boolean;
  /** Folders that are empty and closed, whatever the image says of them. */
  closed: readonly string[];
  /** Folders that may be written to, each as large as the disk limit says. */
  open: readonly string[];
}

/** The container's hard walls. The keeper inside holds a job to its limits; these hold the keeper's whole container. */
export function walls({ memoryBytes, processes, diskBytes }: Limits) {
  return {
    // what is written to /tmp, /dev/shm and /work is memory, too
    memoryBytes: memoryBytes + 3 * diskBytes + 64 * 1024 ** 2,
    processes: Math.max(16, processes + 8), // an engine's own start takes a few
    diskBytes: Math.max(4096, Math.floor(diskBytes)),
  };
}

/** The engine's words for a container without network, rights or a place to write but its own memory. */
export function creation(wanted: Wanted, engine: Engine): ContainerCreateOptions {
  const { image, argv, uid, binds, memoryBytes, processes, diskBytes, nested, closed } = wanted;
  const memory = Math.floor(
    engine.memoryBytes ? Math.min(memoryBytes, engine.memoryBytes * 0.9) : memoryBytes,
  );
  return {
    Image: image,
    Entrypoint: [argv[0]],
    Cmd: argv.slice(1),
    User: `${uid}:${uid}`,
    WorkingDir: "/",
    Hostname: "sandbox",
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: true,
    Labels: labelsOf(),
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      ...security(nested, engine),
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: processes,
      NanoCpus: Math.min(engine.processors, 4) * 1e9,
      IpcMode: "private",
      ShmSize: diskBytes,
      LogConfig: { Type: "none", Config: {} }, // output is streamed: a log would fill the engine's disk
      Tmpfs: {
        ...Object.fromEntries(
          wanted.open.map((path) => [path, `rw,exec,nosuid,nodev,size=${diskBytes},mode=1777`]),
        ),
        ...Object.fromEntries(
          // Podman opens the first two of a read-only container again, as large as they like
          ["/run", "/var/tmp", ...closed].map((path) => [path, "ro,nosuid,nodev,size=4096,mode=755"]),
        ),
      },
      Mounts: [...binds],
      RestartPolicy: { Name: "no" },
      ...(engine.podman && engine.guards.has("rootless") ? { UsernsMode: "keep-id" } : {}),
    },
  };
}

function security(nested: boolean, { podman, guards }: Engine) {
  const open = [
    "seccomp=unconfined",
    ...(guards.has("apparmor") ? ["apparmor=unconfined"] : []),
    ...(podman ? ["systempaths=unconfined"] : []),
  ];
  return {
    SecurityOpt: [
      "no-new-privileges",
      ...(guards.has("selinux") ? ["label=disable"] : []), // else the job may read none of what is bound
      ...(nested ? open : []),
    ],
    // a proc of its own is only given to a fork that sees all of the one it comes from
    ...(nested && !podman ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}
