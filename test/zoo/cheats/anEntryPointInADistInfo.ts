import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an entry point in a dist-info",
  from: "known from pytest: plugins are found by the group pytest11",
  files: adding({
    "evil-1.dist-info/entry_points.txt": "[pytest11]\nevil = evil\n",
    "evil-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1\n",
    "evil.py": "def pytest_runtest_call(item): item.runtest = lambda: None\n",
  }),
};
