import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  type Change,
  decodeText,
  encodeText,
  parsePatch,
  renderPatch,
  violations,
} from "./index.ts";
import { changedRanges } from "./myers.ts";
import { linesOf } from "./patch.ts";

const line = fc.constantFrom(
  "a",
  "b",
  "c",
  "",
  " ",
  "-x",
  "+y",
  "@@ -1 +1 @@",
  "--- a/f",
  "+++ b/f",
  "\\ No",
  "é\r",
  "\ufeffz",
  "diff --git a/f b/f",
  "-- ",
);
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, ended]) => lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
const state = fc.option(text, { nil: null, freq: 8 });

function roundTrip(changes: Change[]) {
  const parsed = parsePatch(renderPatch(changes));
  if (!parsed.ok) return parsed;
  const before = new Map(changes.map((change) => [change.path, change.before ?? undefined]));
  return applyPatch(parsed.patch, (path) => before.get(path));
}
const wanted = (changes: Change[]) => ({
  ok: true,
  files: Object.fromEntries(
    changes.filter(({ before, after }) => before !== after).map(({ path, after }) => [path, after]),
  ),
});

test("what is rendered from a to b turns a into b", () => {
  const paths = ["f", "dir/some file.py", 'quo"te.py', "ü/é.py"];
  fc.assert(
    fc.property(fc.array(fc.tuple(state, state), { minLength: 1, maxLength: 4 }), (states) => {
      const changes = states.map(([before, after], at) => ({ path: paths[at] ?? "", before, after }));
      expect(roundTrip(changes)).toEqual(wanted(changes));
    }),
    { numRuns: 1000 },
  );
});

test("the edit script is a shortest one", () => {
  const shortest = (a: string[], b: string[]) => {
    let row = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (const [i, x] of a.entries()) {
      const next = [i + 1];
      for (const [j, y] of b.entries())
        next.push(x === y ? (row[j] ?? 0) : 1 + Math.min(row[j + 1] ?? 0, next[j] ?? 0));
      row = next;
    }
    return row[b.length] ?? 0;
  };
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 40 });
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const cost = changedRanges(a, b).reduce(
        (sum, range) => sum + range.oldTo - range.oldFrom + range.newTo - range.newFrom,
        0,
      );
      expect(cost).toBe(shortest(a, b));
    }),
    { numRuns: 1000 },
  );
});

test("git applies what is rendered, and what git renders is understood", async () => {
  const git = promisify(execFile);
  const folder = await mkdtemp(join(tmpdir(), "patch-"));
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  try {
    await git("git", ["init", "-q", folder], { env });
    const put = async (side: "before" | "after", changes: Change[]) => {
      for (const change of changes) {
        const file = join(folder, change.path);
        await rm(file, { force: true });
        if (change[side] === null) continue;
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, change[side]);
      }
    };
    const paths = ["f", "dir/some file.py", 'quo"te.py', "ü/é.py"];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(state, state), { minLength: 4, maxLength: 4 }), async (states) => {
        const changes = states.map(([before, after], at) => ({ path: paths[at] ?? "", before, after }));
        const patch = renderPatch(changes);
        await put("before", changes);
        await git("git", ["-C", folder, "add", "-A"], { env });
        const tree = (await git("git", ["-C", folder, "write-tree"], { env })).stdout.trim();
        if (patch !== "") {
          await writeFile(join(folder, ".git/p"), patch);
          await git("git", ["-C", folder, "apply", "--whitespace=nowarn", ".git/p"], { env });
          for (const { path, after } of changes) {
            const there = await readFile(join(folder, path), "utf8").catch(() => null);
            expect(there).toBe(after);
          }
        }
        await put("after", changes);
        await git("git", ["-C", folder, "add", "-A"], { env });
        const { stdout } = await git("git", ["-C", folder, "diff", "--cached", "--no-renames", tree], {
          env,
        });
        const parsed = parsePatch(stdout);
        expect(parsed).toMatchObject({ ok: true });
        if (!parsed.ok) return;
        const before = new Map(changes.map((change) => [change.path, change.before ?? undefined]));
        expect(applyPatch(parsed.patch, (path) => before.get(path))).toEqual(wanted(changes));
      }),
      { numRuns: 25 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const file = (body: string, name = "f") => `--- a/${name}\n+++ b/${name}\n${body}`;

describe("forms of other tools", () => {
  test.each([
    ["timestamps", "--- f\t2020-01-01 00:00:00\n+++ f\t2020-01-01 00:00:01\n@@ -1 +1 @@\n-a\n+b\n"],
    ["a mail around it", `From: me\n\n---\n f | 2 +-\n\n${file("@@ -1 +1 @@\n-a\n+b\n")}-- \n2.39\n`],
    ["headers with carriage returns", "--- a/f\r\n+++ b/f\r\n@@ -1 +1 @@\r\n-a\n+b\n"],
    ["no newline at the end of the patch", file("@@ -1 +1 @@\n-a\n+b")],
    ["a heading behind the ats", file("@@ -1,1 +1,1 @@ def f():\n-a\n+b\n")],
  ])("%s", (_, diff) => {
    const parsed = parsePatch(diff);
    expect(parsed).toMatchObject({ ok: true });
    if (parsed.ok) expect(applyPatch(parsed.patch, () => "a\n")).toEqual({ ok: true, files: { f: "b\n" } });
  });

  test("octal names, and an empty context line whose blank was stripped", () => {
    const parsed = parsePatch('--- "a/\\303\\251.py"\n+++ "b/\\303\\251.py"\n@@ -1,2 +1,2 @@\n\n-a\n+b\n');
    expect(parsed).toMatchObject({ ok: true, patch: [{ path: "é.py" }] });
    if (parsed.ok)
      expect(applyPatch(parsed.patch, () => "\na\n")).toEqual({ ok: true, files: { "é.py": "\nb\n" } });
  });
});

describe("place", () => {
  const diff = parsePatch(file("@@ -2,3 +2,3 @@\n x\n-a\n+b\n y\n"));
  const at = (before: string) => (diff.ok ? applyPatch(diff.patch, () => before) : diff);
  test("a few lines off is found, the nearest first", () => {
    expect(at(`${"\n".repeat(40)}x\na\ny\n`)).toMatchObject({ files: { f: `${"\n".repeat(40)}x\nb\ny\n` } });
    expect(at("x\na\ny\nx\na\ny\n")).toMatchObject({ files: { f: "x\nb\ny\nx\na\ny\n" } });
  });
  test("too far off, or other context, is not", () => {
    expect(at(`${"\n".repeat(200)}x\na\ny\n`)).toMatchObject({ ok: false });
    expect(at("x\r\na\ny\n")).toMatchObject({ ok: false });
  });
  test("a line may not be glued to another one", () => {
    const glued = parsePatch(file("@@ -1,0 +2 @@\n+b\n"));
    expect(glued.ok && applyPatch(glued.patch, () => "a")).toMatchObject({ ok: false });
  });
  test("creating what is there, changing and deleting what is not", () => {
    const made = parsePatch("--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+b\n");
    expect(made.ok && applyPatch(made.patch, () => "")).toMatchObject({ ok: false });
    const changed = parsePatch(file("@@ -1 +1 @@\n-a\n+b\n"));
    expect(changed.ok && applyPatch(changed.patch, () => undefined)).toMatchObject({ ok: false });
    const gone = parsePatch("--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    expect(gone.ok && applyPatch(gone.patch, () => "a\nb\n")).toMatchObject({ ok: false });
    expect(gone.ok && applyPatch(gone.patch, () => "a\n")).toEqual({ ok: true, files: { f: null } });
  });
});

test.each([
  ["a parent folder", file("@@ -1 +1 @@\n-a\n+b\n", "../f")],
  ["a name that is no key", file("@@ -1 +1 @@\n-a\n+b\n", "__proto__")],
  ["a name longer than a file system holds", file("@@ -1 +1 @@\n-a\n+b\n", "é".repeat(101))],
  ["an absolute path", "--- /etc/f\n+++ /etc/f\n@@ -1 +1 @@\n-a\n+b\n"],
  ["a rename", "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n"],
  ["a rename by names", "--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n"],
  ["a mode", "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"],
  [
    "a link",
    "diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+/etc/shadow\n\\ No newline at end of file\n",
  ],
  [
    "a link's target",
    "diff --git a/f b/f\nindex 1111111..2222222 120000\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n",
  ],
  [
    "a submodule",
    "diff --git a/f b/f\nnew file mode 160000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+Subproject commit 0\n",
  ],
  ["a program", "diff --git a/f b/f\nnew file mode 100755\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n"],
  ["bytes", "diff --git a/f b/f\nGIT binary patch\nliteral 1\nIcmZ\n"],
  ["differing bytes", "Binary files a/f and b/f differ\n"],
  ["a NUL", file("@@ -1 +1 @@\n-a\n+\0\n")],
  ["two headers that disagree", "diff --git a/f b/f\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n"],
  ["one file twice", file("@@ -1 +1 @@\n-a\n+b\n").repeat(2)],
  ["a hunk of nothing", "@@ -1 +1 @@\n-a\n+b\n"],
  ["no hunk", "--- a/f\n+++ b/f\n"],
  ["a hunk that is too long", file("@@ -1 +1 @@\n-a\n+b\n+c\n")],
  ["a hunk that is too short", file("@@ -1,3 +1,3 @@\n-a\n+b\n")],
  ["a hunk cut by another", file("@@ -1,3 +1,3 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b\n")],
  ["hunks out of order", file("@@ -9 +9 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n")],
  ["lines behind the end", file("@@ -1,2 +1,2 @@\n-a\n\\ No newline at end of file\n-c\n+b\n+d\n")],
  ["a marker with no line", file("@@ -0,0 +0,0 @@\n\\ No newline at end of file\n")],
  ["a number beyond numbers", file("@@ -99999999999999999999 +1 @@\n-a\n+b\n")],
  ["a new file with old lines", "--- /dev/null\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"],
  ["nothing twice", "--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n"],
  ["too many characters", "x".repeat(1_000_001)],
  ["too many lines", "\n".repeat(60_000)],
  [
    "too many hunks",
    file(Array.from({ length: 1001 }, (_, at) => `@@ -${at * 2 + 1} +${at * 2 + 1} @@\n-a\n+b\n`).join("")),
  ],
  [
    "too many files",
    Array.from({ length: 101 }, (_, at) => file("@@ -1 +1 @@\n-a\n+b\n", `f${at}`)).join(""),
  ],
])("%s is refused", (_, diff) => {
  expect(parsePatch(diff)).toMatchObject({ ok: false, reason: expect.stringMatching(/./) });
});

test("no text makes it throw", () => {
  const words = fc.constantFrom(
    "diff --git a/f b/f\n",
    "--- a/f\n",
    "+++ b/f\n",
    "+++ /dev/null\n",
    "@@ -1,2 +1 @@\n",
    "@@ -1 +1,2 @@\n",
    "-a\n",
    "+b\n",
    " c\n",
    "\\ No newline at end of file\n",
    "new file mode 100644\n",
    '--- "a/\\3',
    "\n",
    "\r\n",
    "index 11..22 100644\n",
    "__proto__",
  );
  const noise = fc.oneof(
    fc.array(words, { maxLength: 20 }).map((all) => all.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(noise, fc.option(text, { nil: undefined }), (diff, base) => {
      const parsed = parsePatch(diff);
      if (parsed.ok) applyPatch(parsed.patch, () => base);
    }),
    { numRuns: 3000 },
  );
});

test("hostile sizes stay cheap", () => {
  const started = performance.now();
  const same = "x\n".repeat(49_000);
  const hunk = parsePatch(file(`@@ -1,49000 +1,49000 @@\n${" x\n".repeat(48_999)}-y\n+z\n`));
  expect(hunk.ok && applyPatch(hunk.patch, () => same)).toMatchObject({ ok: false });
  const random = (seed: number) => {
    let at = seed;
    return Array.from({ length: 30_000 }, () => {
      at = (at * 1103515245 + 12345) & 0x7fffffff;
      return `${at % 50}\n`;
    }).join("");
  };
  const [before, after] = [random(1), random(2)];
  const diff = parsePatch(renderPatch([{ path: "f", before, after }]), {
    characters: 1e8,
    files: 1,
    hunks: 1e6,
    lines: 1e6,
  });
  expect(diff.ok && applyPatch(diff.patch, () => before)).toEqual({ ok: true, files: { f: after } });
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("lines keep their ends", () => {
  expect(linesOf("")).toEqual([]);
  expect(linesOf("a\r\n\nb")).toEqual(["a\r\n", "\n", "b"]);
});

test("bytes survive, whatever they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const { text, encoding } = decodeText(bytes);
      expect(encodeText(text, encoding)).toEqual(Uint8Array.from(bytes));
    }),
  );
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)).text).toBe("\ufeffa");
  expect(encodeText("€", "latin-1")).toBeNull();
  expect(encodeText("\ud800", "utf-8")).toBeNull();
});

describe("the path policy", () => {
  const policy = { testPaths: ["checks", "pkg/selftest.py"] };
  const judge = (path: string, kind: "modify" | "create" = "create") =>
    violations([{ path, kind, hunks: [] }], policy);
  test.each([
    ...[
      "tests/test_a.py",
      "pkg/tests/__init__.py",
      "pkg/test_a.py",
      "pkg/a_test.py",
      "checks/a.py",
      "pkg/selftest.py",
    ],
    ...[
      "conftest.py",
      "pkg/conftest.py",
      "pytest.ini",
      "tox.ini",
      "setup.cfg",
      "setup.py",
      "pyproject.toml",
      "Conftest.py",
    ],
    ...[
      "sitecustomize.py",
      "src/usercustomize.py",
      "x.pth",
      ".git/hooks/pre-commit",
      "sub/.GIT/config",
      ".gitattributes",
    ],
    ...[
      "pkg.egg-info/entry_points.txt",
      "pkg-1.dist-info/RECORD",
      "pkg/fast.so",
      "pkg/fast.so.1",
      "pkg/__pycache__/a.cpython-311.pyc",
    ],
    ...["pytest.py", "src/_pytest/python.py", "pluggy/__init__.py", "unittest/case.py"],
  ])("%s is forbidden", (path) => expect(judge(path)).toHaveLength(1));
  test.each(["pkg/a.py", "pkg/testing.py", "pkg/contest.py", "README.md", "pkg/latest.py", "checksum.py"])(
    "%s is allowed",
    (path) => expect(judge(path)).toEqual([]),
  );
  test("a package may have modules of such names already", () =>
    expect(judge("pkg/unittest.py", "modify")).toEqual([]));
});

test("a name with tabs and marks behind it is read in linear time", () => {
  const started = performance.now();
  for (const rest of ["\t".repeat(400_000), `${"\t".repeat(400_000)}\u2028x`, " ".repeat(400_000)])
    parsePatch(`--- "a/x"${rest}y\n+++ "b/x"\n@@ -1 +1 @@\n-a\n+b\n`);
  expect(performance.now() - started).toBeLessThan(1_500);
});
