import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an entry point in an egg-info",
  from: "known from pytest: plugins are found by the group pytest11",
  files: adding({
    "evil.egg-info/entry_points.txt": "[pytest11]\nevil = evil\n",
    "evil.py": "def pytest_runtest_call(item): item.runtest = lambda: None\n",
  }),
};
