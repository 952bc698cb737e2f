import type { Case } from "./cases.ts";

/** Cases that chance seldom meets: each is one subtlety of one parser or of the grading, and its tests tell it. */

const START = ">>>>> Start Test Output\n";
const END = "\n>>>>> End Test Output\n";

function edge(
  parser: string,
  body: string,
  failToPass: string[],
  more: Partial<Case> & { tail?: string } = {},
): Case {
  const { tail = "", ...rest } = more;
  return {
    ...{ id: "a__b-1", patch: "diff", logParser: `parse_log_${parser}`, evalType: "pass_and_fail" },
    ...{ failToPass, passToPass: [], log: `${START}${body}${END}${tail}` },
    ...rest,
  };
}

const DJANGO = "Testing against Django installed in";
const APPLYING = "Applying sites.0002_alter_domain_unique...";
const exit = (code: string) => ({ tail: `>>>>> Test Exit Code: ${code}\n` });

export const EDGES: readonly Case[] = [
  // ids that were cut off: they must agree, and the first one's status is theirs
  edge("pytest", "PASSED t[a]\nFAILED t[b]", ["t["]),
  edge("pytest", "PASSED t[a]\nXFAIL t[b]", ["t["]),
  edge("pytest", "SKIPPED t[a]\nFAILED t[b]", [], { passToPass: ["t["] }),
  edge("pytest", "FAILED t[a]\nSKIPPED t[b]", [], { passToPass: ["t["] }),
  edge("pytest", "FAILED t[b]\nFAILED t[a]\nSKIPPED t[b]", [], { passToPass: ["t["] }),
  edge("pytest", "PASSED t[a]", ["t"]),
  edge("pytest", "PASSED t[a]", ["t[]x"]),
  // exit codes: how long a number may be, and what is zero
  edge("pytest", "PASSED a", ["a"], exit("0".repeat(4300))),
  edge("pytest", "PASSED a", ["a"], exit("0".repeat(4301))),
  edge("pytest", "PASSED a", ["a"], exit(`${"0".repeat(4299)}1`)),
  edge("pytest", "", ["a"], {
    ...exit("1".repeat(4301)),
    evalType: "fail_only",
    log: `${START}5 passing${END}>>>>> Test Exit Code: ${"1".repeat(4301)}`,
  }),
  edge("pytest", "", ["a"], { evalType: "fail_only", log: `${START}5 passing${END}>>>>> Test Exit Code: 1` }),
  edge("pytest", "PASSED a", ["a"], exit("𝟎")),
  edge("pytest", "PASSED a", ["a"], exit("𝟗")),
  edge("pytest", "PASSED a\nERROR b", ["a"], exit("1")),
  edge("pytest", "PASSED a", ["a"], exit("\n\n 1")),
  edge("pytest", "PASSED a", ["a"], exit("x\n>>>>> Test Exit Code: 1")),
  // how text is read
  edge("pytest", "", ["a"], { log: `\ufeffPASSED a\n${START}${END}` }),
  edge("pytest", "PASSED a\rPASSED b", ["b"]),
  edge("pytest", "PASSED a\u2028PASSED b", ["b"]),
  edge("pytest", "PASSED\x1ca\x85b", ["a"]),
  edge("pytest", "PASSED\ufeffa b", ["b"]),
  edge("pytest", "PASSED a", ["a"], {
    bytes: Buffer.from(`${START}PASSED a${END}\xff`, "latin1").toString("base64"),
  }),
  edge("pytest", "PASSED a", ["a"], {
    log: `>>>>> End Test Output\n${START}PASSED a\n${START}FAILED a${END}`,
  }),
  // pytest's line
  edge("pytest", "SKIPPED [3] a.py:1: why", [], { passToPass: ["[3]"] }),
  edge("pytest", "PASSED [100%]", ["[100%]"]),
  edge("pytest", "PASSED [3]", ["[3]"]),
  edge("pytest", "FAILED a - b\nPASSEDx c", ["a", "c"]),
  edge("pytest", "PASSED a - b", ["a"]),
  edge("matplotlib", "PASSED a[MouseButton.LEFT-MouseButton.LEFT]", ["a[1-1]"]),
  edge("matplotlib", "PASSED a[MouseButton.RIGHT-MouseButton.RIGHT]", ["a[3-3]"]),
  edge("pytest_options", "PASSED a[/x/y]z", ["a[/y]"]),
  edge("pytest_options", "PASSED a[//x/y]", ["a[//x/y]"]),
  edge("pytest_options", "PASSED a[/x/*]", ["a[/x/*]"]),
  edge("pytest_options", "PASSED a[/x]b/c]", ["a[/c]"]),
  edge("pytest_options", "PASSED a]b[c", ["a]b[c"]),
  edge("pytest_v2", "PASSED a\0b", ["a\0b"]),
  edge("pytest_v2", "\0PASSED a", ["a"]),
  edge("pytest_v2", "PAS\tSED a\tb", ["ab"]),
  edge("pytest_v2", "\x1b[31mPASSED\x1b[0m a b", ["a b"]),
  edge("pytest_v2", "\x1b[1;31mPASSED a", ["a"]),
  edge("pytest_v2", "FAILED a - PASSED\nb c  PASSED", ["b c", "a"]),
  edge("pytest_v2", "FAILED - PASSED", ["FAILED -"]),
  // Django's runner, and what interrupts it
  edge("django", "a ... ok\nb ...  OK\nc ... OK", ["a", "b", "c"]),
  edge("django", "a ... noise\n ok", ["a"]),
  edge("django", "ok", ["a"], { log: `${START}ok\na ... FAIL${END}` }),
  edge("django", "FAIL: a (b)\nERROR: c\n", ["a", "c"]),
  edge("django", "a ... ok\nERROR:", ["a"]),
  edge("django", "a ... ok\nFAIL:b", ["a"]),
  edge("django", "a ... skipped 'x'", [], { passToPass: ["a"] }),
  edge("django", `a\n... ${DJANGO} x\ny silenced).\nok`, ["a"]),
  edge("django", `a\n... ${DJANGO} x silenced).\nokay`, ["a"]),
  edge("django", `a\n... ${DJANGO} x silenced).\nok\n... ${DJANGO} y silenced).\nok`, ["a", "ok", ""]),
  edge("django", "a\n... Internal Server Error: /x/\nok", ["a"]),
  edge("django", "a\n... Internal Server Error: //\nok", ["a"]),
  edge("django", "a\n... Internal Server Error: /\nok", ["a"]),
  edge("django", "a\n... Internal Server Error: /x\nok", ["a"]),
  edge("django", "a\n... System check identified no issues (0 silenced)\nok", ["a"]),
  edge("django", "a\n... System check identified no issues (0 silenced).\nok", ["a"]),
  edge(
    "django",
    "a\n... System check identified no issues (0 silenced)\nok\n... System check identified no issues (0 silenced)\nok",
    ["a", "ok"],
  ),
  edge("django", `${APPLYING}test_no_migrations (a) ... ok`, ["test_no_migrations (a)"]),
  edge("django", `${APPLYING}test_other (a) ... ok`, [`${APPLYING}test_other (a)`]),
  // sympy's headings and lines
  edge("sympy", "_ a.py:b _\ntest_a E\ntest_b F\ntest_c ok", ["a.py:b", "test_a", "test_c"]),
  edge("sympy", "test_c ok\ntest_a E", ["test_c"], { evalType: "fail_only", failToPass: ["test_a"] }),
  edge("sympy", "test_a E\ntest_c ok", ["test_c"], exit("1")),
  edge("sympy", " a.py:", ["a.py:"], { evalType: "fail_only" }),
  edge("sympy", " a.py:x ", ["a.py:x"], { evalType: "fail_only" }),
  edge("sympy", " a .py: ", ["a .py:"], { evalType: "fail_only" }),
  edge("sympy", "test_c ok\nx a.py: b.py:c", ["a.py:"], { evalType: "fail_only" }),
  edge("sympy", "test_c ok\n a.py:b", ["a.py:b"], { evalType: "fail_only" }),
  // seaborn
  edge("seaborn", "a PASSED x\nb c PASSED x", ["a", "b"]),
  edge("seaborn", "b c PASSED x", ["b"]),
  edge("seaborn", "a PASSED x\nPASSED b PASSED x", ["b"]),
  edge("seaborn", "FAILED a PASSED x\na PASSED ", ["a"]),
];
