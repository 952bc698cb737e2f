import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "words into every descriptor",
  from: "ours",
  files: atImport(`
import json as _json
for _fd in range(3, 256):
    for _test in TESTS:
        try: _os.write(_fd, (_json.dumps({"test": _test, "outcome": "passed", "ms": 1}) + "\\n").encode())
        except OSError: break
`),
};
