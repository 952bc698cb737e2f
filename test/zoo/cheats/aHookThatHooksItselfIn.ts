import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "a hook that hooks itself in",
  from: "ours",
  files: atImport(`
for _thing in _things():
    if type(_thing).__name__ == "PytestPluginManager":
        class _Plugin:
            @_lib.import_module("py" + "test").hookimpl(hookwrapper=1 == 1, tryfirst=1 == 1)
            def pytest_runtest_makereport(self, item, call):
                if item.nodeid in TESTS: call.excinfo = None
                yield
        try: _thing.register(_Plugin(), "zoo")
        except Exception: pass
`),
};
