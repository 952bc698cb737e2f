import { test } from "vitest";
// @ts-expect-error scripts are plain JavaScript
import { bittensorPython } from "../../scripts/parity/bittensor.mjs";
// @ts-expect-error scripts are plain JavaScript
import { talkPython } from "../../scripts/parity/talkPython.mjs";

/** A program of Bittensor's own that answers questions, one line of JSON each. */
export interface Talk extends AsyncDisposable {
  ask(question: object): Promise<Record<string, unknown>>;
}

/** A test beside one of Bittensor's own packages; told and left out where that has not been brought. */
export function testBeside(
  which: "sdk" | "v10",
  program: string,
  name: string,
  run: (talk: Talk) => Promise<void>,
): void {
  const python: string | undefined = bittensorPython(which);
  if (python === undefined) {
    console.warn(`${name}: not tried, it is not there (scripts/parity/bittensor.mjs brings it)`);
    test.skip(name, () => {});
    return;
  }
  test(name, { timeout: 120_000 }, async () => {
    await using talk: Talk = talkPython(python, program);
    await run(talk);
  });
}
