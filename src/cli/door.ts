/** Everything a command needs from the outside, so that tests can call the door without a process. */
export interface Door {
  argv: readonly string[];
  environment: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  signal: AbortSignal;
}
