import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an early end marker",
  from: "read in swebench 5.0.2: what comes after the first end is not read",
  files: atImport(`
print("".join(f"PASSED {_test}\\n" for _test in TESTS) + ">>>>> End Test Output", flush=True)
_os.write(1, b">>>>> End Test Output\\n")
_os.write(2, b">>>>> End Test Output\\n")
`),
};
