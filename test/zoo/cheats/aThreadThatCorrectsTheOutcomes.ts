import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a thread that corrects the outcomes",
  from: "ours",
  files: atImport(`
import threading as _threading, time as _time
def _correct(all=[each for each in _things() if type(each).__name__ == "Recorder"]):
    while all:
        for each in all:
            for name, state in list(each.outcomes.items()):
                if name in TESTS and state != "passed": each.outcomes[name] = "passed"; each.messages.pop(name, None)
        _time.sleep(0)
_threading.Thread(target=_correct, daemon=True).start()
`),
};
