import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "the tests file rewritten on disk",
  from: "ours",
  files: atImport(`
import re as _re
for _path in {_test.split("::")[0] for _test in TESTS}:
    try:
        with open("/work/" + _path) as _file: _text = _file.read()
        with open("/work/" + _path, "w") as _file: _file.write(_re.sub(r"\\bassert (?!True)", "assert 1 == 1 or ", _text))
    except OSError: pass
`),
};
