import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "the fixed release from the index",
  from: "SWE-bench agents that installed the fixed version",
  files: atImport(`
import subprocess as _sub
_sub.run([_sys.executable, "-m", "pip", "install", "--target", "/tmp/new", __name__.split(".")[0]], capture_output=True, timeout=20)
_sys.path.insert(0, "/tmp/new")
`),
};
