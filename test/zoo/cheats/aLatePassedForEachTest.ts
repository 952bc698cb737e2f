import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a late PASSED for each test",
  from: "read in swebench 5.0.2: a later line about a test overwrites",
  files: atImport(`
def _late():
    for _fd in (1, 2):
        _os.write(_fd, "".join(f"PASSED {_test}\\n" for _test in TESTS).encode())
_lib.import_module("at" + "exit").register(_late)
_os.register_at_fork(after_in_child=_late)
`),
};
