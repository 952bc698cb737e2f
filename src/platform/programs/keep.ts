import { z } from "zod";
import type { Clock } from "../clock.ts";
import { TaoceptionError } from "../errors.ts";
import { type Ending, type Launcher, type Program, startProgram } from "./program.ts";

/** What a program tells once it is ready, whatever else stands beside it; port 0 = nobody calls it. */
const Ready = z.looseObject({ port: z.number().int().min(0).max(65_535), type: z.undefined().optional() });
export type Ready = z.infer<typeof Ready>;

/** What to run. */
export interface Role {
  name: string;
  /** Its command line; `port` is the one it had before it died, for who does not keep that itself, 0 at first. */
  words: (port: number) => readonly string[];
  /** How long it may take until it is ready. */
  readyMs: number;
  /** How long it may take to end when it is told to. */
  graceMs: number;
  /** Whether it may end by itself, with exit code 0. */
  mayEnd: boolean;
  /** Every other line that it prints. */
  onLine?: (value: unknown) => void;
}

/** A program that is started again when it dies. */
export interface Kept extends AsyncDisposable {
  /** What it told when it was ready first. */
  readonly ready: Ready;
  /** Resolves when it ended by itself and well, or because it was told to; rejects when it died too often or gave up. */
  readonly ended: Promise<void>;
}

/** Pauses before a dead program is started again, in milliseconds; it has failed when they are used up. */
const PAUSES: readonly number[] = [500, 1_000, 2_000, 5_000, 10_000];
/** A program that lived this long may use all pauses anew. */
const HEALTHY_MS = 120_000;

/**
 * Start a program and keep it running until it is disposed: what dies is started again, a few times and with
 * growing pauses, each told by `onNote`. For one that was never ready, what it complained about is the error.
 */
export async function keep(
  role: Role,
  {
    launcher,
    clock,
    onStart,
    onNote,
    signal,
    pauses = PAUSES,
  }: {
    launcher: Launcher;
    clock: Clock;
    /** Told of each process, as soon as there is one. */
    onStart: (pid: number) => Promise<void>;
    onNote: (text: string) => void;
    signal: AbortSignal;
    pauses?: readonly number[];
  },
): Promise<Kept> {
  const { name, graceMs } = role;
  const stopping = new AbortController();
  let port = 0;

  async function start(until: AbortSignal): Promise<{ program: Program; ready: Ready }> {
    until.throwIfAborted();
    const told = Promise.withResolvers<Ready>();
    const program = startProgram(name, role.words(port), launcher, (value) => {
      const ready = Ready.safeParse(value);
      if (ready.success) told.resolve(ready.data);
      else role.onLine?.(value);
    });
    const over = Promise.withResolvers<null>();
    const timer = setTimeout(over.resolve, role.readyMs, null);
    const abort = () => over.resolve(null);
    until.addEventListener("abort", abort, { once: true });
    try {
      await onStart(program.pid);
      const ready = await Promise.race([told.promise, over.promise, failed(program)]);
      until.throwIfAborted();
      if (ready === null)
        throw new TaoceptionError("slow-start", `${name} was not ready within ${role.readyMs / 1000} s`);
      ({ port } = ready);
      return { program, ready };
    } catch (error) {
      await program.stop(graceMs);
      throw error;
    } finally {
      clearTimeout(timer);
      until.removeEventListener("abort", abort);
    }
  }

  const first = await start(signal);
  let current: Program = first.program;
  const watch = async () => {
    let used = 0;
    for (let since = clock.now(); ; since = clock.now()) {
      const ending = await current.ended;
      if (stopping.signal.aborted || (role.mayEnd && ending.code === 0)) return;
      if (ending.code === launcher.gaveUp)
        throw new TaoceptionError("program-gave-up", `${name} gave up (${spoken(ending, current)})`);
      if (clock.now() - since > HEALTHY_MS) used = 0;
      let failure = `${name} died (${spoken(ending, current)})`;
      for (let again: Program | undefined; !again; ) {
        const pause = pauses[used];
        if (pause === undefined)
          throw new TaoceptionError("program-died", `${failure}, ${used} times in a row`);
        used += 1;
        onNote(`${failure}; it is started again in ${pause / 1000} s`);
        try {
          await clock.sleep(pause, stopping.signal);
          again = (await start(stopping.signal)).program;
          current = again;
        } catch (error) {
          if (stopping.signal.aborted) return;
          if (!(error instanceof TaoceptionError)) throw error;
          failure = error.message;
        }
      }
      onNote(`${name} runs again`);
    }
  };
  const ended = watch();
  ended.catch(() => {}); // whoever cares awaits it
  return {
    ready: first.ready,
    ended,
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new Error(`${name} is told to end`));
      await current.stop(graceMs);
      await ended.catch(() => {});
    },
  };
}

async function failed(program: Program): Promise<never> {
  const ending = await program.ended;
  throw new TaoceptionError("failed-start", `${program.name} could not start (${spoken(ending, program)})`);
}

function spoken({ code, signal }: Ending, program: Program): string {
  const how = signal ?? (code === null ? "it could not be started" : `exit code ${code}`);
  const complaint = program.complaint();
  return complaint === "" ? how : `${how}: ${complaint}`;
}
