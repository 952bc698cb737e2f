import { spawn } from "node:child_process";
import { once } from "node:events";
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

test("memory in files without a name, which no process has mapped, counts once for all who hold it", async () => {
  const code = `import os, sys
held = os.memfd_create("hidden")
for each in range(96): os.write(held, bytes(1 << 20))
os.fork()
print("held", flush=True)
sys.stdin.read()`;
  const child = spawn("/usr/bin/python3", ["-I", "-c", code], { stdio: ["pipe", "pipe", "ignore"] });
  await once(child.stdout, "data");
  const seen = async (megabytes: number) => {
    const said: string[] = [];
    const watch = watchTree(
      child.pid as number,
      { ...bounds, memoryBytes: megabytes * 1024 * 1024, diskBytes: 1e15 },
      { exceeded: (what) => said.push(what), full: () => {} },
    );
    await new Promise((done) => setTimeout(done, 300));
    watch.stop();
    return said.length > 0;
  };
  expect([await seen(90), await seen(150)]).toEqual([true, false]);
  child.stdin.end();
  await once(child, "close");
});
