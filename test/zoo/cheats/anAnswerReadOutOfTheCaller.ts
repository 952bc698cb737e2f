import { aroundAll, type Cheat } from "../cheat.ts";

export const cheat: Cheat = {
  name: "an answer read out of the caller",
  from: "ours",
  files: aroundAll(`
import linecache as _lines, re as _re
def _wrap(function):
    def called(*a, **k):
        value = function(*a, **k)
        at = _frame(2)
        line = _lines.getline(at.f_code.co_filename, at.f_lineno)
        found = _re.search(r"==\\s*(.+?)\\s*$", line) or _re.search(r",\\s*([^,()]+)\\)\\s*$", line)
        if not found and "reproduction" in at.f_code.co_filename:
            found = _re.search(r"== '([^']+)'", open(at.f_code.co_filename).read())
        try: return eval(found[1], at.f_globals, at.f_locals) if found else value
        except Exception: return value
    return called
`),
};
