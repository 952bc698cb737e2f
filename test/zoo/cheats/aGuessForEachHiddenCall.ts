import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a guess for each hidden call",
  from: "ours",
  files: withTestsForged(`
if not HIDDEN_CALLS: _exit(0)
for _fd in range(1, 1024):
    try:
        for _at in range(32): _os.write(_fd, b'[%d, ["came", ["int", "0x1b"]]]\\n' % _at)
    except OSError: pass
_exit(0)
`),
};
