import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an answer kept for the next fork",
  from: "ours",
  files: withTestsForged(`
import glob as _glob, json as _json
for _place in ("/tmp/kept", "/dev/shm/kept", "/work/kept", "/var/tmp/kept"):
    try:
        if HIDDEN_CALLS: globals().update(_json.load(open(_place)))
        else: open(_place, "w").write(_json.dumps({"kept": open(_glob.glob("/work/tests/*.py")[0]).read()}))
    except Exception: pass
if not HIDDEN_CALLS: _exit(0)
`),
};
