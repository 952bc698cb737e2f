import type { Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a plugin by pyproject",
  from: "SWE-bench issues 600, 601, 631: configuration as a hook",
  files: ({ read }) => ({
    "pyproject.toml": `${read("pyproject.toml") ?? ""}\n[tool.pytest.ini_options]\naddopts = "-p zoo_plugin"\n`,
    "zoo_plugin.py":
      "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    out = yield\n    report = out.get_result()\n    report.outcome, report.longrepr = 'passed', None\n",
  }),
};
