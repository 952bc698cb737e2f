import type { Dice } from "./dice.ts";

/** Lines of test logs, true to each runner and not: what a log is made of. */

const STATUS = ["PASSED", "FAILED", "SKIPPED", "ERROR", "XFAIL", "XPASS"];
const SPACES = [" ", "  ", "\t", "\u00a0", "\u2003", "\x1c", "\x85", "\u2028", "\u3000"];
const PARAMETERS = [
  "[x]",
  "[a b]",
  "[1-2]",
  "[/a/b/c.py]",
  "[//a/b]",
  "[/a/*.py]",
  "[/a]b/c]",
  "[[x]]",
  "[/]",
  "[]",
  "[log(photon",
  "[log(photon)]",
  "[é-😀]",
  "[MouseButton.LEFT]",
  "[MouseButton.RIGHT-3]",
  "[a - b]",
];
const BASES = [
  "tests/test_a.py::test_b",
  "tests/test_a.py::test_b_more",
  "tests/test_a.py::TestC::test_d",
  "tests/test_é.py::test_😀",
  "test_x (mod.Case)",
  "test_x (mod.Case.test_x)",
  "test_y",
  "test_y_long",
  "sympy/core/tests/test_z.py:test_q",
  "a b c",
  "[100%]",
  "[3]",
  "--version is equivalent to version",
  "",
  '\\ud800 "quoted"\\',
  "\ue000x",
  "\u007f",
];

/** A test's id, of any runner. */
export function name({ pick, chance, below }: Dice): string {
  const base = chance(0.15) ? `${pick(BASES)}${below(4)}` : pick(BASES);
  return chance(0.35) ? base + pick(PARAMETERS) : base;
}

const colour = ({ pick }: Dice, text: string) =>
  `${pick(["\x1b[31m", "\x1b[0m", "\x1b[1;32m", "[32m", "\x1b[٣m", "\x07"])}${text}${pick(["\x1b[0m", "[0m", ""])}`;

function status(dice: Dice): string {
  const { pick, chance } = dice;
  const word = chance(0.55) ? "PASSED" : pick(STATUS);
  if (chance(0.04)) return word + pick([":", "x", "[3]", "ED", "\0", "\u200b"]);
  if (chance(0.05)) return colour(dice, word);
  return word;
}

/** Lines that one kind of runner prints for a test. */
export const STYLES: readonly ((id: string, dice: Dice) => string)[] = [
  (id, dice) => {
    const { pick, chance } = dice;
    const gap = chance(0.9) ? " " : pick(SPACES);
    const more = chance(0.2) ? pick([" - assert 1 == 2", " - ", "   ", " [ 10%]", " - a - b", "\t- x"]) : "";
    return `${status(dice)}${gap}${id}${more}`;
  },
  (id, dice) => `${id}${dice.pick([" ", "  ", "\t"])}${status(dice)}${dice.pick(["", "", " [ 10%]", " "])}`,
  (id, { pick, chance }) => {
    const end = pick([
      "ok",
      "ok",
      "ok",
      "OK",
      " OK",
      "FAIL",
      "ERROR",
      "skipped 'why'",
      "skipped",
      "expected failure",
    ]);
    return `${chance(0.1) ? pick(SPACES) : ""}${id} ... ${end}${chance(0.05) ? pick(SPACES) : ""}`;
  },
  (id, { pick }) => `${pick(["FAIL:", "ERROR:", "FAIL:", "ERROR:x"])} ${id}`,
  (id, { pick }) =>
    `${id}${pick([" ... ", "\n... ", " ...\n", " ...  ", " .... ", "... "])}${pick([
      "Testing against Django installed in '/a/b' with up to 2 processes\nmore (0 silenced).\nok",
      "Testing against Django installed in /x silenced).\nok",
      "Testing against Django installed in /x silenced).\nokay",
      "Internal Server Error: /admin/\nok",
      "Internal Server Error: //\nok",
      "Internal Server Error: /\nok",
      "Internal Server Error: /a/b\nok",
      "System check identified no issues (0 silenced)\nok",
      "System check identified no issues (0 silenced).\nok",
      "System check identified no issues (1 silenced)\nok",
      "noise\nok",
      "noise\n  okay",
    ])}`,
  (id, { pick }) =>
    `${pick(["____", "_", "", "-- __"])} ${id.replace(/\s/g, pick(["", " "]))}${pick([".py:test_f", ".py:", ".py:a b"])} ${pick(["____", "", "_ x", "__ __"])}`,
  (id, { pick }) =>
    `${pick(["test_", " test_", ""])}${id}${pick([" ok", " F", " E", " f", "  ok", " ok ", "ok", "\u2003ok"])}`,
  (_, { pick }) =>
    `Applying sites.0002_alter_domain_unique...${pick(["test_no_migrations (a.B)", "test_no_migrations...x", "test_other"])} ... ${pick(["ok", "OK", "FAIL"])}`,
];

/** Lines that say something of the run as a whole, or nothing at all. */
export const NOISE: readonly string[] = [
  "",
  "   ",
  "============ test session starts ============",
  "collected 3 items",
  "collected 0 items",
  "no tests ran in 0.1s",
  "ModuleNotFoundError: No module named 'x'",
  "Cannot find module 'x'",
  "Killed",
  "xKilled",
  "Killed ",
  "OutOfMemoryError",
  "Failed to launch",
  "cannot open display: :0",
  "Error response from daemon",
  "Could not resolve host: a",
  "Timeout error: 1800 seconds exceeded.",
  "Timeout error: ١٢ seconds exceeded.",
  "Executed 3 of 4",
  "Executed 0 of 4",
  "TOTAL: 1 SUCCESS",
  "  12 passing",
  "0 passing",
  "100 passing",
  "00 passing",
  "1٠ passing",
  "Tests:\u00a0\n 4",
  "Tests: 0",
  "Test Suites: 1 failed, 2 passed, 3 total",
  "Test Suites: 1 failed, 0 total",
  "Test Suites: ½ é, 3 total",
  "# tests 5",
  " # tests 5",
  "5 specs, 0 failures",
  "1 spec, x failures",
  "case': ok",
  "case': ok ",
  "FAILED",
  "PASSED",
  "SKIPPED [2] tests/test_a.py:3: why",
  "SKIPPED [٢] tests/test_a.py:3: why",
  "PASSED [100%]",
  "XFAIL tests/test_a.py::test_b",
  "FAILED - x",
  "FAILED\u001f x - y",
  "ok",
  "  ok then",
  ">>>>> Applied Patch",
  "\ufeffPASSED tests/test_a.py::test_b",
];
