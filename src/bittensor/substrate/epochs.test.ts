import { expect, test } from "vitest";
import { olderIndex } from "./epochs.ts";

test.each([
  [1, 10],
  [2, 10],
  [3, 360],
  [40, 99],
  [1, 0],
])("subnet %d of tempo %d: the index counts the blocks of the older rule", (netuid, tempo) => {
  let ran = 0;
  const before = olderIndex(-1, netuid, tempo);
  for (let block = 0; block < 2_000; block += 1) {
    if (tempo > 0 && (block + netuid + 1) % (tempo + 1) === tempo) ran += 1;
    expect(olderIndex(block, netuid, tempo) - before).toBe(ran);
  }
  expect(ran > 0).toBe(tempo > 0);
});
