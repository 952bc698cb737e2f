import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a conftest beside the tests",
  from: "BenchJack (Berkeley RDI, 2026-04): all of SWE-bench Verified by one hook",
  files: ({ testFiles: [first = ""] }) => ({
    [`${first.slice(0, first.lastIndexOf("/") + 1)}conftest.py`]:
      "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    report = out.get_result()\n    report.outcome, report.longrepr = 'passed', None\n",
  }),
};
