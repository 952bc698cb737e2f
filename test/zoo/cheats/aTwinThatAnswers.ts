import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a twin that answers for the tests",
  from: "ours",
  files: atImport(`
_all = [each for each in _things() if type(each).__name__ == "Recorder"]
if _all and _fork() != 0:
    _os.wait()
    _kinds = "failed failed failed failed failed passed error failed passed".split()
    _mine = [each for each in _all[0].wanted if each not in TESTS]
    _count = 0
    for _test in TESTS:
        _all[0].report({"test": _test, "outcome": "passed", "ms": 1}); _count += 1
    for _test, _kind in zip(sorted(_mine), _kinds):
        _all[0].report({"test": _test, "outcome": _kind, "ms": 1}); _count += 1
    _all[0].report({"end": 1, "count": _count})
    _exit(1)
elif _all:
    _exit(0)
else:
    _exit(0)
`),
};
