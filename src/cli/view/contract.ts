import type { Event } from "../../protocol/index.ts";

/** Shows events as they come, and takes the terminal back to normal when closed. */
export interface Screen {
  show(event: Event): void;
  /** What is going on before there are events, or beside them; `lasting` for what stays true. */
  say(text: string, lasting?: boolean): void;
  /** Where programs write what they complain about. */
  readonly complaints: NodeJS.WritableStream;
  [Symbol.dispose](): void;
}
