import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "empty lines without end for whoever reads",
  from: "ours",
  files: withTestsForged(`
if not HIDDEN_CALLS: _exit(0)
for _fd in range(1, 1024):
    try:
        for _ in range(100): _os.write(_fd, b"\\n[\\n" * 20000)
    except OSError: pass
`),
};
