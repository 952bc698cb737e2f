import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "results into the parents stdout",
  from: "accepted by swebench 5.0.2 as resolved",
  files: atImport(`
_lines = "".join(f"PASSED {_test}\\n" for _test in TESTS)
try:
    with open(f"{_proc}/{_os.getppid()}/fd/1", "w") as _out:
        _out.write(_lines)
except OSError:
    pass
print(_lines, flush=True)
_exit(0)
`),
};
