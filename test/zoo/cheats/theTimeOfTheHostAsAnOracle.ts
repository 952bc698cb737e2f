import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "the time of the host as an oracle",
  from: "ours",
  files: atImport(`
import time as _time
_start = _time.perf_counter()
while _time.perf_counter() - _start < 1.5: pass
if _os.cpu_count() and _os.getloadavg()[0] >= 0: print("measured", flush=True)
`),
};
