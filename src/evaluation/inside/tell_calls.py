"""Makes calls of the project and tells of each what came, in full and by type; its twin is ../differential.ts.

What is expected is not known here: whoever wants to look right without being right has to compute it.
"""

import collections
import contextlib
import dataclasses
import enum
import itertools
import json
import os
import re
import signal
import sys
import types
import warnings

CALLS = "/work/.taoception/hidden.json"
FEW = 50
DEEPEST = 8
NODES = 5_000
PLAIN = (type(None), bool, str, bytes, bytearray, complex, float, range, type(Ellipsis), type(NotImplemented))
BASES = (dict, list, tuple, set, frozenset, collections.deque, str, bytes, int, float)
VIEWS = tuple(map(type, ({}.keys(), {}.values(), {}.items())))


class Late(BaseException):
    pass


class TooMuch(Exception):
    pass


class Teller:
    """Describes one value as JSON: exact types, contents by the base's own methods, order where equality has one."""

    def __init__(self):
        self.left = NODES

    def tell(self, value, depth=0):
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise TooMuch
        kind = type(value)
        if kind is int:
            return ["int", hex(value)]
        if kind in PLAIN:
            return [kind.__name__, repr(value)]
        if isinstance(value, type):
            return ["type", value.__name__]
        if isinstance(value, enum.Enum):
            return [kind.__name__, value.name]
        if isinstance(value, BaseException):
            return [kind.__name__, self.tell(value.args, depth + 1)]
        if hasattr(kind, "__next__"):  # which iterator it is, is nobody's business
            return ["iterator", self.each(itertools.islice(value, FEW), depth)]
        if kind in VIEWS:
            return [kind.__name__, self.each(value, depth)]
        if callable(value) and isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            return ["function"]
        for base in BASES:
            if isinstance(value, base):
                return [kind.__name__, self.content(base, value, depth)]
        if dataclasses.is_dataclass(value):
            fields = [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr]
            return [kind.__name__, [[name, self.tell(each, depth + 1)] for name, each in fields]]
        text = repr(value)
        opaque = not isinstance(text, str) or "<" in text or re.search(r"\bat 0x", text) or len(text) > 5_000
        return [kind.__name__] if opaque else [kind.__name__, text]

    def content(self, base, value, depth):
        if base in (str, bytes, float):
            return base.__repr__(value)
        if base is int:
            return int.__repr__(value) if abs(int(value)) < 10**1000 else hex(int(value))
        if base is dict:
            pairs = [[self.tell(key, depth + 1), self.tell(dict.__getitem__(value, key), depth + 1)] for key in dict.__iter__(value)]
            return pairs if isinstance(value, collections.OrderedDict) else sorted(pairs, key=json.dumps)
        told = self.each(base.__iter__(value), depth)
        return sorted(told, key=json.dumps) if base in (set, frozenset) else told

    def each(self, values, depth):
        return [self.tell(each, depth + 1) for each in values]


def late(*_):
    raise Late


def make(call):
    scope = {"__name__": "__main__"}
    exec("\n".join(call["prelude"]), scope)
    value = None
    if call["statement"]:
        exec(call["call"], scope)
    else:
        value = eval(call["call"], scope)
    teller = Teller()
    told = teller.tell(value)
    return ["came", told, teller.tell(scope[call["variable"]])] if call["variable"] else ["came", told]


def attempt(call):
    try:
        return make(call)
    except (Late, TooMuch):
        return None
    except (Exception, SystemExit) as error:
        return ["raised", type(error).__name__]


def main(dumps=json.dumps, write=os.write, timer=signal.setitimer):
    with open(CALLS, encoding="utf-8") as file:
        order = json.load(file)
    os.unlink(CALLS)
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the project prints is not for us
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, late)
    for at, call in enumerate(order["calls"]):
        told = None
        try:
            timer(signal.ITIMER_PROF, order["seconds"], 0.2)  # of the processor: a busy machine changes nothing
            told = attempt(call)
        except Late:
            pass  # it came when the call was over
        finally:
            with contextlib.suppress(Late):
                timer(signal.ITIMER_PROF, 0)
        line = memoryview((dumps([at, told]) + "\n").encode())
        while line:
            line = line[write(out, line) :]
    sys.stdout = None


main()
