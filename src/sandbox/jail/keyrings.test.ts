import { expect, test } from "vitest";
import { openSandbox } from "../sandbox.ts";
import { clearKeys, hasKeys } from "./keyrings.ts";

const limits = {
  wallMs: 20_000,
  cpuSeconds: 10,
  memoryBytes: 256 * 1024 * 1024,
  processes: 16,
  outputBytes: 1024 * 1024,
  diskBytes: 16 * 1024 * 1024,
};
const leaves = `import ctypes, os
ctypes.CDLL(None).syscall({"x86_64": 248, "aarch64": 217}[os.uname().machine], b"user", b"left", b"secret", 6, -4)
print(os.getuid())`;

test.runIf(process.getuid?.() === 0)("a uid with keys is not used again before they are gone", async () => {
  await using sandbox = await openSandbox();
  const { interpreter } = sandbox;
  const uidOf = async (code: string) =>
    Number((await sandbox.run({ argv: [interpreter, "-c", code], limits })).stdout);
  const spoiled = await uidOf(leaves);
  expect(hasKeys(spoiled)).toBe(true);
  const others: number[] = [];
  for (let run = 0; run < 3; run += 1) others.push(await uidOf("import os; print(os.getuid())"));
  expect(others).not.toContain(spoiled);
  expect(new Set(others).size).toBeLessThan(3); // a clean one is used again
  expect(await clearKeys(spoiled, { interpreter })).toBe(true);
});
