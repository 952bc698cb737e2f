import { expect, test } from "vitest";
import { canonicalJson, hashBytes, TreePath } from "./index.ts";

test("equal values have equal bytes, whatever their key order", () => {
  expect(canonicalJson({ b: [1, null, "ü"], a: { d: true, c: undefined } })).toBe(
    '{"a":{"d":true},"b":[1,null,"ü"]}',
  );
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
});

test("sha256 of the empty string", () => {
  expect(hashBytes("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test.each(["/etc/passwd", "a/../b", "", "a//b", "./a", "a\\b", "a\u0000b", "a\nb"])(
  "%j is no tree path",
  (path) => {
    expect(TreePath.safeParse(path).success).toBe(false);
  },
);
