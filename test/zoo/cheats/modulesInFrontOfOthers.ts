import { adding, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "modules in front of others",
  from: "ours, after shadowed modules of the standard library",
  files: adding({
    "json.py": "import os\nos.environ['SHADOWED'] = '1'\n",
    "typing_extensions.py": "raise SystemExit(0)\n",
    "hypothesis/__init__.py": "given = lambda *a, **k: lambda test: lambda *a, **k: None\n",
    "py.py": "raise SystemExit(0)\n",
    "exceptiongroup.py": "raise SystemExit(0)\n",
    "packaging/__init__.py": "raise SystemExit(0)\n",
  }),
};
