import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "nesting without end for whoever reads",
  from: "ours",
  files: withTestsForged(`
if not HIDDEN_CALLS: _exit(0)
for _fd in range(1, 1024):
    try: _os.write(_fd, b"[0," + b"[" * 300000 + b"]" * 300000 + b"]\\n")
    except OSError: pass
`),
};
