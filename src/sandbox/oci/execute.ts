import { createWriteStream } from "node:fs";
import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import type { Container } from "dockerode";
import { TaoceptionError } from "../../platform/index.ts";
import { answer } from "./engine.ts";

/** Where stdout and stderr of a command go, as they come: a file of this machine, up to so many bytes. */
export interface Output {
  path: string;
  maxBytes: number;
}

export interface Executed {
  /** From the engine's own wait; null for a command that was ended from outside. */
  exitCode: number | null;
  timedOut: boolean;
  /** True where there was more output than was kept. */
  truncated: boolean;
  elapsedMs: number;
}

const lookMs = 400;

/** Run a command in a running container; `end` ends the container when it takes too long or is aborted. */
export async function execute(
  container: Container,
  wanted: { argv: readonly string[]; env: Readonly<Record<string, string>>; cwd: string | undefined },
  {
    timeoutMs,
    output,
    signal,
    end,
  }: {
    timeoutMs: number;
    output: Output;
    signal: AbortSignal | undefined;
    end(why: string): Promise<void>;
  },
): Promise<Executed> {
  const started = performance.now();
  const command = await answer(
    container.exec({
      Cmd: [...wanted.argv],
      Env: Object.entries(wanted.env).map(([name, value]) => `${name}=${value}`),
      ...(wanted.cwd === undefined ? {} : { WorkingDir: wanted.cwd }),
      AttachStdout: true,
      AttachStderr: true,
    }),
    "prepare a command",
  );
  const file = createWriteStream(output.path, { mode: 0o600 });
  let size = 0;
  const keep = {
    write(chunk: Buffer) {
      if (size < output.maxBytes) file.write(Buffer.from(chunk.subarray(0, output.maxBytes - size)));
      size += chunk.length;
    },
  } as unknown as NodeJS.WritableStream;
  let timedOut = false;
  let ended: string | undefined;
  const stop = (why: string) => {
    ended ??= why;
    void end(why);
  };
  const abort = () => stop("a command was aborted");
  const timer = setTimeout(() => {
    timedOut = true;
    stop(`a command was not done after ${timeoutMs} ms`);
  }, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  let looking: NodeJS.Timeout | undefined;
  try {
    const stream = (await answer(command.start({ hijack: true, stdin: false }), "run a command")) as Duplex;
    container.modem.demuxStream(stream, keep, keep);
    await new Promise<void>((resolve) => {
      for (const event of ["end", "close", "error"]) stream.once(event, () => resolve());
      // what it left running may hold its output open for ever
      const look = async () => {
        const running = await command.inspect().then(
          (said) => said.Running,
          () => ended === undefined,
        );
        if (!running) resolve();
        else looking = setTimeout(look, lookMs);
      };
      looking = setTimeout(look, lookMs);
    });
    stream.destroy();
    const exitCode = ended === undefined ? await exitOf(command) : null;
    if (exitCode === null && ended === undefined) {
      await end("the container ended under a command");
      throw new TaoceptionError("container-ended", "the container ended under a command", {
        retryable: true,
      });
    }
    return {
      exitCode,
      timedOut,
      truncated: size > output.maxBytes,
      elapsedMs: Math.round(performance.now() - started),
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(looking);
    signal?.removeEventListener("abort", abort);
    file.end();
    await finished(file);
    if (ended !== undefined) await end(ended);
  }
}

/** Its exit status, once the engine has it; null when it never gets it. */
async function exitOf(command: Awaited<ReturnType<Container["exec"]>>): Promise<number | null> {
  for (let tries = 0; tries < 200; tries += 1) {
    const said = await command.inspect().catch(() => undefined);
    if (said === undefined) return null;
    if (!said.Running && said.ExitCode !== null) return said.ExitCode;
    await new Promise((resolve) => setTimeout(resolve, tries < 20 ? 5 : 25));
  }
  return null;
}
