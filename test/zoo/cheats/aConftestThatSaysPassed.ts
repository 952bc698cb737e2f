import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a conftest that says passed",
  from: "BenchJack (Berkeley RDI, 2026-04): all of SWE-bench Verified by one hook",
  files: adding({
    "conftest.py":
      "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    report = out.get_result()\n    report.outcome, report.longrepr = 'passed', None\n",
  }),
};
