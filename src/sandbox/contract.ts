/** What a job may use. Every limit always holds; there is no "unlimited". */
export interface Limits {
  /** Wall clock from start to kill. For a session: the longest that one `ask` may take. */
  wallMs: number;
  /** Processor seconds of each process (RLIMIT_CPU). */
  cpuSeconds: number;
  /** Resident memory of the whole tree of processes, summed; also bounds each process's address space. */
  memoryBytes: number;
  /** Processes and threads. */
  processes: number;
  /** Bytes of stdout and of stderr that are kept. Eight times as many in all, and the job is killed. */
  outputBytes: number;
  /** Size of everything the job may write (its tmpfs and, one file each, its writable mounts). */
  diskBytes: number;
}

/** A host file or folder seen inside at an absolute path; read-only unless `writable`. */
export interface Mount {
  from: string;
  at: string;
  writable?: boolean;
}

/** How a job ended. Nothing in it is thrown: a candidate's failure is data. */
export interface Finished {
  /** Exit status from wait, never from a log; null when a signal ended the job. */
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** True where a stream was longer than `outputBytes` and its rest was dropped. */
  truncated: boolean;
  timedOut: boolean;
  /** The limit for which the job was killed, or (disk) that was seen full. */
  exceeded: "memory" | "disk" | "output" | null;
  elapsedMs: number;
  /** What went through the relay, for a job that had one. */
  relayed?: readonly Relayed[];
}

export interface Job {
  argv: readonly [string, ...string[]];
  /** Absolute path inside; `/tmp` when absent. */
  cwd?: string;
  /** Added to the sandbox's own small environment (PATH, HOME=/tmp, LANG, TMPDIR). */
  env?: Readonly<Record<string, string>>;
  mounts?: readonly Mount[];
  stdin?: string | Uint8Array;
  limits: Limits;
  /** The one way out; absent = no network at all. Proxy and certificate variables are set inside. */
  relay?: RelaySpec;
}

/** What a job may reach through the relay. */
export interface RelaySpec {
  /** `host:port`, exactly as the job asks for them. */
  hosts: readonly string[];
  /** Those of `hosts` that may have an address of this machine or its network: the person's own mirror. */
  local?: readonly string[];
  /** Bytes that may come in altogether; 2 GiB when absent. */
  maxBytes?: number;
}

/** What a job did with one host through the relay. */
export interface Relayed {
  host: string;
  requests: number;
  bytes: number;
  refused: number;
}

/** A long-lived child that answers one JSON value for each it is asked, in order, over a private channel. */
export interface Session {
  ask(message: unknown, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<unknown>;
  /** What the child wrote to stderr so far, at most `outputBytes`. */
  readonly stderr: () => string;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TemplateJob {
  /** Host folder under the template's `lowers`: the read-only lower layer of the overlay at /work. */
  lower: string;
  /** Laid over it before the program runs: path relative to /work -> bytes, or null for deleted. */
  files: Readonly<Record<string, Uint8Array | null>>;
  /** Any JSON value, handed to the program's `main(input, report)`. */
  input: unknown;
  limits: Limits;
}

export interface TemplateResult extends Finished {
  /**
   * What the program reported over the private channel, in order: at most 16 MiB, else the job is killed. Lines
   * that are no JSON are left out.
   */
  reports: unknown[];
  /** Milliseconds from the job's arrival in the template to the program's first instruction; -1 if it never ran. */
  forkMs: number;
}

export interface TemplateSpec {
  /** Modules imported once, before any fork (dependencies and pytest, never the package under test). */
  preload: readonly string[];
  /** Folders (paths inside) put on sys.path after the standard library. */
  pythonPath: readonly string[];
  mounts: readonly Mount[];
  /** Host folder that holds all lower trees; hidden from every fork. */
  lowers: string;
  /** Host path of a Python file that defines `main(input, report)`. */
  program: string;
  env?: Readonly<Record<string, string>>;
  /** Of the template itself, beside what its forks may use: wallMs bounds the preload, all else holds until the end. */
  limits: Limits;
}

/** An interpreter with everything imported, from which each job is forked into namespaces of its own. */
export interface Template {
  run(job: TemplateJob, options?: { signal?: AbortSignal }): Promise<TemplateResult>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Sandbox {
  /** Absolute path of the Python that jobs can run, the same inside and outside. */
  readonly interpreter: string;
  readonly pythonVersion: string;
  run(job: Job, options?: { signal?: AbortSignal }): Promise<Finished>;
  openSession(job: Omit<Job, "stdin">, options?: { signal?: AbortSignal }): Promise<Session>;
  /** A signal that aborts while it opens ends it, and is thrown. */
  openTemplate(spec: TemplateSpec, options?: { signal?: AbortSignal }): Promise<Template>;
  /** Kills whatever still runs. */
  [Symbol.asyncDispose](): Promise<void>;
}
