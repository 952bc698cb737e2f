import type { Door } from "./door.ts";

/** Signals of one Ctrl-C come several times within moments: from the terminal, and passed on by npm and npx. */
const SAME_MS = 500;
/** As a shell tells of a program that SIGPIPE ended. */
const NOBODY_READS = 141;
/** A promise failed that nobody waits for: what depended on it may never come, so the clean end gets a limit. */
const FAULT = 1;
const FAULT_MS = 10_000;

/**
 * Run a process's command line and set its exit code. Ctrl-C, SIGTERM or SIGHUP asks for a clean end, a second
 * signal, half a second or more later, ends the process at once; when nobody reads stdout any more, it ends clean and says nothing. A rejection that
 * nobody handles is a fault whenever it comes: it is told, and the end that follows is no success.
 */
export async function openDoor(
  outside: NodeJS.Process,
  main: (door: Door) => Promise<number>,
): Promise<void> {
  const stop = new AbortController();
  let first: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    outside.on(name, () => {
      first ??= performance.now();
      if (performance.now() - first > SAME_MS) outside.exit(130);
      stop.abort(new Error(name));
    });
  let faulty = false;
  outside.on("unhandledRejection", (error) => {
    outside.stderr.write(`taoception: ${error instanceof Error ? error.stack : error}\n`);
    faulty = true;
    outside.exitCode = FAULT;
    stop.abort(error);
    setTimeout(() => outside.exit(FAULT), FAULT_MS).unref();
  });
  let read = true;
  outside.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    read = false;
    outside.exitCode = NOBODY_READS;
    stop.abort(error);
  });
  outside.stderr.on("error", () => {}); // there is nobody left to be told
  const { argv, env: environment, stdin, stdout, stderr } = outside;
  const code = await main({ argv: argv.slice(2), environment, stdin, stdout, stderr, signal: stop.signal });
  outside.exitCode = faulty ? FAULT : read ? code : NOBODY_READS;
}
