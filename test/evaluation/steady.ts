import { openSandbox } from "../../src/sandbox/index.ts";
import { type Held, held } from "./held.ts";
import { inside, limits, makeGround } from "./probes.ts";

/** Run many short jobs, one in `jailEvery` under bubblewrap alone, and tell what was held before and after. */
export async function steady(
  count: number,
  { jailEvery = 10, atOnce = 4 } = {},
): Promise<{ before: Held; after: Held; seconds: number }> {
  await using ground = await makeGround();
  await using sandbox = await openSandbox();
  await using template = await sandbox.openTemplate({
    ...ground.spec,
    preload: [],
    program: inside("quick.py"),
  });
  const one = async (number: number) => {
    if (number % jailEvery === 0) {
      const done = await sandbox.run({ argv: ["/bin/echo", `${number}`], limits });
      if (done.stdout !== `${number}\n`) throw new Error(JSON.stringify(done));
    }
    const done = await template.run({ lower: ground.lower, files: {}, input: number, limits });
    if (done.exitCode !== 0 || done.reports[0] !== number) throw new Error(JSON.stringify(done));
  };
  const all = async (from: number, to: number) => {
    let next = from;
    const worker = async () => {
      while (next < to) await one(next++);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  await all(0, 50); // lazy parts and caches are filled
  const before = await held();
  const started = performance.now();
  await all(50, 50 + count);
  const seconds = (performance.now() - started) / 1000;
  return { before, after: await held(), seconds };
}
