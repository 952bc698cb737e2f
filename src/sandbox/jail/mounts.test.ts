import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Limits } from "../index.ts";
import { openSandbox } from "../sandbox.ts";

const megabyte = 1024 * 1024;
const limits: Limits = {
  wallMs: 20_000,
  cpuSeconds: 10,
  memoryBytes: 256 * megabyte,
  processes: 16,
  outputBytes: megabyte,
  diskBytes: 64 * megabyte,
};
let closed: string;
beforeAll(async () => {
  closed = await mkdtemp(join(tmpdir(), "closed-")); // 0700
});
afterAll(() => rm(closed, { recursive: true, force: true }));

test.each([
  ["small", 100, 0o600],
  ["small and executable", 100, 0o700],
  ["large", 6 * megabyte, 0o600],
  ["large and executable", 6 * megabyte, 0o700],
  ["large and open", 6 * megabyte, 0o755],
])("a file in a closed folder can be read inside, and run where it may be: %s", async (name, size, mode) => {
  await using sandbox = await openSandbox();
  const from = join(closed, name);
  await writeFile(from, `#!/bin/sh\necho ran; exit\n#${"x".repeat(size)}`);
  await chmod(from, mode);
  const script =
    "wc -c < /given/file; test -x /given/file && /given/file; echo x >> /given/file || echo kept";
  const done = await sandbox.run({
    argv: ["/bin/sh", "-c", script],
    mounts: [{ from, at: "/given/file" }],
    limits,
  });
  expect(done.stdout.trim().split(/\s+/)).toEqual([
    `${size + 26}`,
    ...((mode & 0o100) !== 0 ? ["ran"] : []),
    "kept",
  ]);
});

test.runIf(process.getuid?.() === 0)("a folder that the sandbox's user cannot read is refused", async () => {
  await using sandbox = await openSandbox();
  const from = join(closed, "folder");
  await mkdir(from);
  await chmod(from, 0o700);
  const job = { argv: ["/bin/ls", "/given"] as [string, string], mounts: [{ from, at: "/given" }], limits };
  await expect(sandbox.run(job)).rejects.toMatchObject({ code: "bad-mount", mend: `chmod -R a+rX ${from}` });
  await chmod(from, 0o755);
  expect(await sandbox.run(job)).toMatchObject({ exitCode: 0 });
});
