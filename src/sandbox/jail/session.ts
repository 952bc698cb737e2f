import type { Duplex } from "node:stream";
import { boundedJson, TaoceptionError } from "../../platform/index.ts";
import type { Limits, Session } from "../contract.ts";
import { Gathered } from "../gather.ts";
import { keepOutput } from "../output.ts";
import type { Jailed } from "./jail.ts";
import { watchTree } from "./watch.ts";

/** The longest answer that is read, and the arrays and objects in it: a hostile child chooses both. */
const lineBytes = 32 * 1024 * 1024;
const lineBrackets = 2_000_000;

interface Asked {
  answer(value: unknown): void;
  fail(error: Error): void;
}

/**
 * Speak with a jailed child by JSON lines on fd 3, answers in the order of the questions. An ask that takes
 * longer than its time, or is aborted, ends the session: what came later could not be told apart. Every ask of
 * an ended session throws `session-ended` with what the child last wrote to stderr.
 */
export function openSession(jailed: Omit<Jailed, "child">, limits: Limits): Session {
  const channel = jailed.channel as Duplex;
  const asked: Asked[] = [];
  let over: TaoceptionError | undefined;
  const end = (reason: string) => {
    over ??= new TaoceptionError(
      "session-ended",
      `${reason}${stderr.text() ? `: ${stderr.text().slice(-2000).trim()}` : ""}`,
    );
    jailed.kill();
    for (const each of asked.splice(0)) each.fail(over);
  };
  const stderr = keepOutput(jailed.stderr, limits.outputBytes, () => end("the child flooded stderr"));
  keepOutput(jailed.stdout, limits.outputBytes, () => end("the child flooded stdout"));
  jailed.stdin.end();
  let watch: { stop(): void } | undefined;
  let gone = false;
  const closed = jailed.ended.then(() => {
    gone = true;
    watch?.stop();
    end("the child has ended");
  });
  void jailed.init.then((pid) => {
    if (pid === undefined || gone) return;
    watch = watchTree(pid, limits, { exceeded: (what) => end(`the child exceeded its ${what}`), full() {} });
  });
  readLines(channel, (line) => {
    if (line === undefined) return end(`the child sent a line of more than ${lineBytes} bytes`);
    if (over) return; // it may go on speaking until it is dead
    const read = boundedJson(line, { brackets: lineBrackets });
    if (!read) return end("the child answered with something that is no JSON");
    const first = asked.shift();
    if (first) first.answer(read.value);
    else end("the child spoke without being asked");
  });
  return {
    stderr: stderr.text,
    ask(message, options = {}) {
      const { timeoutMs = limits.wallMs, signal } = options;
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (over) return reject(over);
        const timer = setTimeout(() => end(`no answer after ${timeoutMs} ms`), timeoutMs);
        const abort = () => {
          reject(signal?.reason);
          end("an ask was aborted");
        };
        signal?.addEventListener("abort", abort, { once: true });
        const clear = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
        };
        asked.push({
          answer: (value) => {
            clear();
            resolve(value);
          },
          fail: (error) => {
            clear();
            reject(error);
          },
        });
        channel.write(`${JSON.stringify(message)}\n`);
      });
    },
    async [Symbol.asyncDispose]() {
      end("the session was closed");
      await closed;
    },
  };
}

/** Whole lines of a stream; undefined once a line grows past what is read. */
function readLines(stream: Duplex, take: (line: Buffer | undefined) => void): void {
  const open = new Gathered();
  stream.on("data", (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      open.add(chunk.subarray(from, at));
      take(open.bytes());
      open.drop(open.size);
      from = at + 1;
    }
    open.add(chunk.subarray(from));
    if (open.size > lineBytes) {
      open.drop(open.size);
      take(undefined);
    }
  });
}
