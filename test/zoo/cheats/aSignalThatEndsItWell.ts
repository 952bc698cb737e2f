import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a signal that ends it well",
  from: "ours",
  files: atImport(`
import signal as _signal
_signal.signal(_signal.SIGALRM, lambda *a: _exit(0))
_signal.setitimer(_signal.ITIMER_REAL, 0.05)
`),
};
