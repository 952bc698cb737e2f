import { isIP } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostOf, numberOf } from "./ip.ts";
import { epochBefore } from "./reads.ts";
import { refusalIn, refusalOf } from "./refusal.ts";

test("an IP address comes back from the number that the chain keeps", () => {
  expect(numberOf("8.8.8.8")).toEqual({ ip: 0x08080808n, kind: 4 });
  expect(numberOf("::1")).toEqual({ ip: 1n, kind: 6 });
  expect(numberOf("2001:db8::ff00:42:8329").ip).toBe(0x20010db8000000000000ff0000428329n);
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (host) => {
      const { ip, kind } = numberOf(host);
      const back = hostOf(ip, kind);
      expect(isIP(back)).toBe(kind);
      expect(numberOf(back).ip).toBe(ip);
    }),
  );
  expect(() => numberOf("localhost")).toThrow("no IP address");
});

test("the older rule: netuid 1 with tempo 10 has its epochs in blocks 8, 19 and 30", () => {
  const at = (block: number) => epochBefore(block, { netuid: 1, tempo: 10 });
  expect([7, 8, 18, 19, 29, 30].map((block) => at(block).block)).toEqual([0, 8, 8, 19, 19, 30]);
  expect([7, 8, 18, 19, 29, 30].map((block) => at(block).index)).toEqual([0, 1, 1, 2, 2, 3]);
  expect(epochBefore(500, { netuid: 3, tempo: 0 })).toEqual({ index: 0, block: 0 });
});

test("a refusal is called by the innermost word, Bittensor's own numbers by their names", () => {
  const module = {
    type: "Module",
    value: { type: "SubtensorModule", value: { type: "SettingWeightsTooFast" } },
  };
  expect(refusalOf(module)).toBe("SettingWeightsTooFast");
  expect(refusalOf({ type: "Invalid", value: { type: "Custom", value: 12 } })).toBe(
    "ServingRateLimitExceeded",
  );
  expect(refusalOf({ type: "Invalid", value: { type: "Custom", value: 99 } })).toBe("Custom99");
  expect(refusalOf({ type: "Invalid", value: { type: "Stale" } })).toBe("Stale");
  for (const nothing of [null, undefined, "x", 7, {}, { type: 3 }]) expect(refusalOf(nothing)).toBeNull();
  expect(refusalIn(new Error(JSON.stringify(module)))).toBe("SettingWeightsTooFast");
  expect(refusalIn(new Error("the socket is gone"))).toBeNull();
  let deep: unknown = "end";
  for (let depth = 0; depth < 100; depth += 1) deep = { type: `t${depth}`, value: deep };
  expect(refusalOf(deep)).toBe("t92"); // looked at no deeper
});
