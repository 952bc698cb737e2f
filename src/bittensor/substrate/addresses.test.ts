import { bigInt, assert as holds, property } from "fast-check";
import { expect, test } from "vitest";
import { hostOf, ipOf } from "./addresses.ts";

test.each([
  ["8.8.8.8", 0x08080808n, 4],
  ["255.255.255.255", 0xffffffffn, 4],
  ["2001:db8::1", 0x20010db8_00000000_00000000_00000001n, 6],
  ["::1", 1n, 6],
  ["::", 0n, 6],
  ["1::", 1n << 112n, 6],
] as const)("%s is %d", (host, ip, type) => {
  expect(ipOf(host)).toEqual({ ip, type });
  expect(hostOf(ip, type)).toBe(host);
});

test("an IPv6 address that embeds an IPv4 one is the same number", () => {
  expect(ipOf("::ffff:8.8.8.8")).toEqual({ ip: 0xffff_0808_0808n, type: 6 });
});

test("every number there and back", () => {
  void holds(property(bigInt(0n, (1n << 128n) - 1n), (ip) => ipOf(hostOf(ip, 6)).ip === ip));
  void holds(property(bigInt(0n, (1n << 32n) - 1n), (ip) => ipOf(hostOf(ip, 4)).ip === ip));
});

test.each(["example.org", "1.2.3", "fe80::1%eth0", "]/x[", ""])("%s is no address", (host) => {
  expect(() => ipOf(host)).toThrow(RangeError);
});
