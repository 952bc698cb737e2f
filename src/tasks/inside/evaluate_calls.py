"""Makes recorded calls one by one, each with names of its own, and tells what came; its twin is ../calls.ts."""

import contextlib
import itertools
import re
import signal
import sys
import warnings

sys.path.insert(0, "/work/.taoception")
import chosen_tests
import imports
import lines
import literals

SECONDS = 1.0
ENDLESS = 51
FEW = 5


class Late(BaseException):
    pass


def late(*_):
    raise Late


def written(value):
    return literals.Writer(lambda path: True).text(value)


def told(value):
    """How a value is looked at and what is seen, as source; "" where nothing can be told."""
    kind = type(value)
    if hasattr(kind, "__next__"):
        items = list(itertools.islice(value, ENDLESS))
        endless = len(items) == ENDLESS
        try:
            return ("first" if endless else "list", written(items[:FEW] if endless else items))
        except literals.Unwritable:
            return ("opaque", "")
    with contextlib.suppress(literals.Unwritable):
        return ("value", written(value))
    if kind.__name__ in ("dict_keys", "dict_values", "dict_items"):
        with contextlib.suppress(literals.Unwritable):
            return ("list", written(list(value)))
    with contextlib.suppress(Exception):
        for base in (dict, list, tuple, set, str, int, float):
            if isinstance(value, base) and kind.__eq__ is base.__eq__:
                return (base.__name__, written(base(value)))
    with contextlib.suppress(Exception):
        text = repr(value)
        if not re.search(r"\bat 0x|<|\{.*\}", text) and 0 < len(text) < 400:
            return ("repr", repr(text))
    return ("opaque", "")


def make(call):
    scope = {"__name__": "__main__"}
    exec("\n".join(call["prelude"]), scope)
    if call["statement"]:
        exec(call["call"], scope)
        value = None
    else:
        value = eval(call["call"], scope)
    if value is None and call["variable"]:
        how, text = told(scope[call["variable"]])
        if how != "opaque":
            return {"how": how, "text": text, "observed": True}
    how, text = told(value)
    return {"how": how, "text": text, "observed": False}


def attempt(call):
    try:
        return make(call)
    except Late:
        return {"late": True}
    except (Exception, SystemExit) as error:
        kind = type(error)
        try:
            text = str(error)[:300]
        except Exception:
            text = ""
        return {"raised": kind.__name__, "module": kind.__module__, "message": text}


def main():
    order = chosen_tests.read_order()
    say = chosen_tests.take_stdout()
    warnings.simplefilter("ignore")
    imports.load({line for call in order["calls"] for line in call["prelude"] if "import " in line})
    executed = lines.lines_of(chosen_tests.Sources(order)) if order["lines"] else None
    signal.signal(signal.SIGALRM, late)
    for call in order["calls"]:
        result = {"late": True}
        try:
            signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.2)
            if executed:
                executed.start()
            result = attempt(call)
        except Late:
            pass  # it came when the call was over
        finally:
            with contextlib.suppress(Late):
                signal.setitimer(signal.ITIMER_REAL, 0)
            if executed:
                executed.stop()
        say({"id": call["id"], **result, **({"lines": executed.hex()} if executed else {})})
    say({"end": True})


main()
