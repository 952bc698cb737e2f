import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a finalizer at the teardown",
  from: "ours",
  files: atImport(`
class _Last:
    def __del__(self, write=_os.write, tests=TESTS):
        for fd in range(1, 64):
            try: write(fd, "".join(f'{{"test": "{test}", "outcome": "passed", "ms": 1}}\\n' for test in tests).encode())
            except OSError: pass
_last = _Last()
_last.me = _last
`),
};
