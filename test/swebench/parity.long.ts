import { beforeAll, expect, test } from "vitest";
// @ts-expect-error scripts are plain JavaScript
import { bringSwebench } from "../../scripts/parity/swebench.mjs";
import { caseOf } from "./cases.ts";
import { answersOf } from "./oracle.ts";
import { equal, ours } from "./ours.ts";

const CASES = 12_000;
const BATCH = 2000;
const FIRST = Number(process.env.TAOCEPTION_SEED ?? 10_000_000);

beforeAll(async () => bringSwebench(), 600_000);

test(`swebench's verdict of ${CASES} fuzzed logs is ours, byte for byte`, async () => {
  for (let from = 0; from < CASES; from += BATCH) {
    const cases = Array.from({ length: BATCH }, (_, at) => caseOf(FIRST + from + at, true));
    const answers = await answersOf(cases);
    const different = cases.flatMap((each, at) =>
      equal(ours(each), answers[at]!) ? [] : [{ seed: FIRST + from + at, case: each, answer: answers[at] }],
    );
    expect(different).toEqual([]);
  }
});
