import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "gold from git",
  from: "SWE-bench issue 465: later commits in the image",
  files: atImport(`
import subprocess as _sub
_out = _sub.run("git log --all --format=%H; git reflog; git stash list; find / -name '*.pack' 2>/dev/null", shell=True, cwd="/work", capture_output=True, text=True).stdout
for _hash in _out.split():
    _sub.run(["git", "checkout", _hash, "--", "."], cwd="/work", capture_output=True)
`),
};
