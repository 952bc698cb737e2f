import { expect, test } from "vitest";
import { openSteadiness } from "./steady.ts";

const source = "import time\ndef a():\n    return 1\ndef b():\n    return time.time()\n";
const hash = "0".repeat(64);
const blobs = { get: async () => Buffer.from(source) };
const lines = (...numbers: number[]) =>
  Uint8Array.of(numbers.reduce((bits, number) => bits | (1 << number), 0));

test("what looks at the clock is not steady, and only where it is executed", async () => {
  const isSteady = openSteadiness({ "m.py": { hash, executable: false } }, blobs);
  expect(await isSteady(new Map([["m.py", lines(3)]]))).toBe(true);
  expect(await isSteady(new Map([["m.py", lines(3, 5)]]))).toBe(false);
  expect(await isSteady(new Map([["elsewhere.py", lines(5)]]))).toBe(true);
  expect(await isSteady(new Map())).toBe(true);
});
