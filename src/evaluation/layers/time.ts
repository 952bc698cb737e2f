import type { Layer } from "../work.ts";

/** It must end by itself, within what a run may use. */
export const time: Layer = {
  name: "time",
  check({ run }) {
    if (run?.timedOut) return { verdict: "timed-out", reason: `not over after ${run.elapsedMs} ms` };
    if (run?.exceeded) return { verdict: "unresolved", reason: `used more ${run.exceeded} than it may` };
    if (run?.signal === "SIGXCPU")
      return { verdict: "timed-out", reason: "used more processor time than it may" };
    return null;
  },
};
