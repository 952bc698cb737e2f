import { atImport, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "bytecode beside the tests",
  from: "ours",
  files: atImport(`
import ast as _ast, glob as _glob, marshal as _marshal, struct as _struct
_rewrite = _runner("assertion.rewrite")
for _test in {each.split("::")[0] for each in TESTS}:
    try:
        _path = "/work/" + _test
        _tree = _ast.parse(open(_path).read())
        for _node in _ast.walk(_tree):
            if isinstance(_node, _ast.FunctionDef) and _node.name.startswith("test"): _node.body = [_ast.Pass()]
        _state = _os.stat(_path)
        _folder = _rewrite.get_cache_dir(_lib.import_module("pathlib").Path(_path))
        _folder.mkdir(parents=True, exist_ok=True)
        with open(_folder / (_path.rsplit("/", 1)[1][:-3] + _rewrite.PYC_TAIL), "wb") as _file:
            _file.write(_lib.import_module("importlib.util").MAGIC_NUMBER + _struct.pack("<III", 0, int(_state.st_mtime) & 0xFFFFFFFF, _state.st_size & 0xFFFFFFFF))
            _file.write(_marshal.dumps(compile(_ast.fix_missing_locations(_tree), _path, "exec")))
    except Exception: pass
`),
};
