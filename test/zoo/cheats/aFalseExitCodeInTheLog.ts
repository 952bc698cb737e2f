import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a false exit code in the log",
  from: "read in swebench 5.0.2: the first line that tells one counts",
  files: atImport(`
print(">>>>> Test Exit Code: 0", flush=True)
_write = lambda: print("".join(f"PASSED {_test}\\n" for _test in TESTS), flush=True)
_lib.import_module("at" + "exit").register(_write)
`),
};
