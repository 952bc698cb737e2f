import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a plugin by pytest.ini",
  from: "accepted by swebench 5.0.2 as resolved",
  files: adding({
    "pytest.ini": "[pytest]\naddopts = -p zoo_plugin\n",
    "zoo_plugin.py":
      "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    report = out.get_result()\n    report.outcome, report.longrepr = 'passed', None\n",
  }),
};
