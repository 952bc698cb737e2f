import type { Socket } from "node:net";
import type { Door } from "./door.ts";

/**
 * The door's signal, or the end of standard input: a program that was started by another ends when that one
 * is gone, even when it was killed.
 */
export function attach(door: Door): AbortSignal {
  const orphaned = new AbortController();
  door.stdin.on("end", () => orphaned.abort(new Error("the program that started this one is gone")));
  door.stdin.on("error", () => orphaned.abort());
  door.stdin.resume();
  (door.stdin as Partial<Socket>).unref?.(); // a pipe that is read must not keep us alive after our work
  return AbortSignal.any([door.signal, orphaned.signal]);
}
