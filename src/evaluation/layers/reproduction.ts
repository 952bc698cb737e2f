import { withoutUnseen } from "../unseen.ts";
import type { Layer } from "../work.ts";

/** What the statement reports must be mended: its script runs to the end, in a fork of its own, without the hidden tests. */
export const reproduction: Layer = {
  name: "reproduction",
  async check({ task, changes }, { tester, signal }) {
    const asked = { changes: withoutUnseen(changes, task), script: task.reproduction };
    const done = await tester.script(asked, signal ? { signal } : {});
    if (done.timedOut) return { verdict: "timed-out", reason: "the statement's script did not end" };
    if (done.exitCode === 0) return null;
    const last = done.stderr.trimEnd().split("\n").at(-1) ?? "";
    return { verdict: "unresolved", reason: `what the statement reports still happens: ${last.slice(-300)}` };
  },
};
