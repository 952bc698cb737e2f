import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a timer that jumps out of tests",
  from: "ours",
  files: atImport(`
import signal as _signal
def _jump(*_): raise _runner("outcomes").Skipped("later")
_signal.signal(_signal.SIGALRM, _jump)
_signal.setitimer(_signal.ITIMER_REAL, 0.05, 0.002)
`),
};
