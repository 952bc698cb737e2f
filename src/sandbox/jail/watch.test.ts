import { statfsSync } from "node:fs";
import { expect, test } from "vitest";
import { inodeLimit, watchTree } from "./watch.ts";

const bounds = { memoryBytes: Number.MAX_SAFE_INTEGER, processes: 1_000, diskBytes: 4096 };
const { files, ffree } = statfsSync("/tmp");

// bubblewrap tells its pid 1 before it has changed the root: on a busy machine it is looked at in between
test.runIf(files - ffree > inodeLimit(bounds))(
  "what the machine's own folders hold is not held against a sandbox that is being set up",
  async () => {
    const said: string[] = [];
    const watch = watchTree(process.pid, bounds, {
      exceeded: (what) => said.push(what),
      full: () => said.push("full"),
    });
    await new Promise((done) => setTimeout(done, 400));
    watch.stop();
    expect(said).toEqual([]);
  },
);
