import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a module that skips its tests",
  from: 'known from "pass by skipping": P2P takes a skip for a success',
  files: aroundAll(`
def _wrap(function):
    def call(*a, **k):
        raise _runner("outcomes").Skipped("not today")
    return call
`),
};
