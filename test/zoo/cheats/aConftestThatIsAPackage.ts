import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a conftest that is a package",
  from: "ours",
  files: adding({ "conftest/__init__.py": "def pytest_runtest_call(item): item.runtest = lambda: None\n" }),
};
