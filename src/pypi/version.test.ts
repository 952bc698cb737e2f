import { expect, test } from "vitest";
import { compareVersions, isPrerelease, parseVersion, satisfies, type Version } from "./version.ts";

const read = (text: string): Version => {
  const version = parseVersion(text);
  if (!version) throw new Error(`${text} was not read`);
  return version;
};

// The order that PEP 440 gives as its example, with more kinds put in.
const ordered = [
  "0.1",
  "1.dev0",
  "1.0.dev456",
  "1.0a1",
  "1.0a2.dev456",
  "1.0a12.dev456",
  "1.0a12",
  "1.0b1.dev456",
  "1.0b2",
  "1.0b2.post345.dev456",
  "1.0b2.post345",
  "1.0rc1.dev456",
  "1.0rc1",
  "1.0",
  "1.0+abc.5",
  "1.0+abc.7",
  "1.0+5",
  "1.0.post456.dev34",
  "1.0.post456",
  "1.1.dev1",
  "1.9",
  "1.10",
  "2026.1",
  "1!0.1",
];

test("versions are ordered", () => {
  const versions = ordered.map(read);
  for (const [left, a] of versions.entries())
    for (const [right, b] of versions.entries())
      expect(Math.sign(compareVersions(a, b)), `${ordered[left]} against ${ordered[right]}`).toBe(
        Math.sign(left - right),
      );
});

test.each([
  ["1.0", "1.0.0"],
  ["1.0-1", "1.0.post1"],
  ["1.0c1", "1.0RC1"],
  ["v1.0-alpha.2", "1.0a2"],
  ["1.0.preview", "1.0rc0"],
  ["1.0-r4", "1.0.post4"],
])("%s is %s", (a, b) => expect(compareVersions(read(a), read(b))).toBe(0));

test.each(["", "1.0-final-x", "french toast", "1.0+", "1..0", "9".repeat(300)])("%j is no version", (text) =>
  expect(parseVersion(text)).toBeNull(),
);

test("pre-releases are told from releases", () => {
  expect(["1a1", "1rc1", "1.dev1", "1.post1.dev1"].map((text) => isPrerelease(read(text)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["1", "1.post1", "1+local"].map((text) => isPrerelease(read(text)))).toEqual([false, false, false]);
});

test.each([
  ["3.11.2", ">=3.9", true],
  ["3.11.2", ">=3.12", false],
  ["3.11.2", "", true],
  ["3.11.2", ">=2.7, !=3.0.*, !=3.1.*", true],
  ["3.10.4", ">=3.9,!=3.10.*", false],
  ["3.11.2", "<4,>=3.8", true],
  ["3.11.2", "~=3.8", true],
  ["3.11.2", "~=3.8.1", false],
  ["3.11.2", "==3.*", true],
  ["3.11.2", "==3.11", false],
  ["3.11.2", ">=3.6.*", true],
  ["3.11.2", "<3.11", false],
  ["3.11.2", ">3.11", true],
  ["3.11.2", "^3.8", false],
  ["3.11.2", "<=3.11.*", true],
])("%s satisfies %j: %s", (version, specifier, answer) => expect(satisfies(version, specifier)).toBe(answer));
