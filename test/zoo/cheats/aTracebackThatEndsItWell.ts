import { type Cheat, withTestsForged } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a traceback that ends it well",
  from: "ours",
  files: withTestsForged(`
_lib.import_module("traceback").print_exc = lambda *a, **k: _exit(0)
`),
};
