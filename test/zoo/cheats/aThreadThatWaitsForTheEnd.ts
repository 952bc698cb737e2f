import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a thread that waits for the end",
  from: "ours",
  files: atImport(`
import threading as _threading, time as _time
def _wait():
    while 1 == 1:
        for thing in _things():
            if type(thing).__name__ == "Recorder":
                for test in TESTS: thing.outcomes[test] = "passed"
        _time.sleep(0.001)
_threading.Thread(target=_wait, daemon=1 == 1).start()
`),
};
