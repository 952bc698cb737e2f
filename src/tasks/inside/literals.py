"""Writes a value as the Python source that makes an equal one, or says that it cannot."""

import ast
import builtins
import collections
import datetime
import decimal
import enum
import fractions
import functools
import inspect
import math
import pathlib
import re
import sys
import textwrap
import types
import uuid

MOST = 600
DEEPEST = 8


class Unwritable(Exception):
    pass


def is_dunder(name):
    return name.startswith("__") and name.endswith("__")


class Writer:
    """`needs` maps each name that the written text uses to the source lines that bind it."""

    def __init__(self, is_test_file, write_object=None):
        self.is_test_file = is_test_file
        self.write_object = write_object
        self.needs = {}

    def text(self, value):
        text = self.write(value, 0)
        if len(text) > MOST:
            raise Unwritable("too long")
        return text

    def need(self, name, line):
        if self.needs.setdefault(name, line) != line:
            raise Unwritable(f"two things named {name}")
        return name

    def imported(self, module, name):
        head = name.split(".", 1)[0]
        if module == "builtins":
            return name
        if hasattr(builtins, head):
            self.need(module.split(".", 1)[0], f"import {module}")
            return f"{module}.{name}"
        self.need(head, f"from {module} import {head}")
        return name

    def write(self, value, depth):
        if depth > DEEPEST:
            raise Unwritable("too deep")
        kind = type(value)
        if value is None or kind is bool or value is Ellipsis or value is NotImplemented:
            return repr(value)
        if kind is int:
            if abs(value) > 10**60:
                raise Unwritable("a large number")
            return repr(value)
        if kind is float:
            return repr(value) if math.isfinite(value) else f"float('{value}')"
        if kind in (str, bytes, bytearray, complex, range):
            if kind is not complex and len(value) > MOST and kind is not range:
                raise Unwritable("too long")
            if kind is str and not value.isprintable() and any("\ud800" <= c <= "\udfff" for c in value):
                raise Unwritable("a lone surrogate")
            return repr(value)
        inner = functools.partial(self.write, depth=depth + 1)
        if kind in (list, tuple, set, frozenset, dict) or kind in COLLECTIONS:
            if len(value) > 60:
                raise Unwritable("too many")
            return self.collection(value, kind, inner)
        if kind in PLAIN:
            return PLAIN[kind](self, value, inner)
        if isinstance(value, enum.Enum):
            return f"{self.named(kind)}.{value.name}"
        if isinstance(value, pathlib.PurePath):
            return f"{self.imported('pathlib', kind.__name__.replace('Posix', ''))}({str(value)!r})"
        if isinstance(value, type) or kind in FUNCTIONS:
            return self.function(value)
        if kind is types.ModuleType:
            if self.is_test_file(getattr(value, "__file__", None) or ""):
                raise Unwritable("a test module")
            self.need(value.__name__.split(".", 1)[0], f"import {value.__name__}")
            return value.__name__
        if kind.__name__ in ITERATORS and kind.__module__ == "builtins":
            made = value.__reduce__()
            if len(made) == 3 and made[2]:
                raise Unwritable("an iterator in use")
            return f"{self.named(made[0])}({', '.join(inner(each) for each in made[1])})"
        if self.write_object is not None:
            text = self.write_object(self, value)
            if text is not None:
                return text
        return self.by_fields(value, kind, inner)

    def collection(self, value, kind, inner):
        if kind is list:
            return "[" + ", ".join(map(inner, value)) + "]"
        if kind is tuple:
            return "(" + ", ".join(map(inner, value)) + (",)" if len(value) == 1 else ")")
        if kind is set:
            return "{" + ", ".join(sorted(map(inner, value))) + "}" if value else "set()"
        if kind is frozenset:
            return "frozenset({" + ", ".join(sorted(map(inner, value))) + "})" if value else "frozenset()"
        if kind is dict:
            return "{" + ", ".join(f"{inner(key)}: {inner(each)}" for key, each in value.items()) + "}"
        name = self.imported("collections", kind.__name__)
        if kind is collections.deque:
            items = "[" + ", ".join(map(inner, value)) + "]"
            return f"{name}({items})" if value.maxlen is None else f"{name}({items}, {value.maxlen})"
        if kind is collections.OrderedDict:
            return f"{name}([" + ", ".join(f"({inner(key)}, {inner(each)})" for key, each in value.items()) + "])"
        pairs = "{" + ", ".join(f"{inner(key)}: {inner(each)}" for key, each in value.items()) + "}"
        if kind is collections.defaultdict:
            return f"{name}({inner(value.default_factory)}, {pairs})"
        return f"{name}({pairs})"

    def named(self, thing):
        """A class or function by the shortest module that lends it."""
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
        if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
            raise Unwritable("without a name")
        if module == "builtins" or module == "__main__":
            if module == "builtins" and getattr(builtins, name.split(".")[0], None) is not None:
                if "." not in name and getattr(builtins, name) is not thing:
                    raise Unwritable("hidden")
                return name
            raise Unwritable("no module")
        home = sys.modules.get(module)
        if home is None or self.is_test_file(getattr(home, "__file__", None) or ""):
            raise Unwritable("from a test")
        head, _, rest = name.partition(".")
        found = getattr(home, head, None)
        for part in rest.split(".") if rest else []:
            found = getattr(found, part, None)
        if found is not thing:
            raise Unwritable("not where it says")
        parts = module.split(".")
        for length in range(1, len(parts)):
            shorter = sys.modules.get(".".join(parts[:length]))
            if shorter is not None and getattr(shorter, head, None) is getattr(home, head):
                return self.imported(".".join(parts[:length]), name)
        return self.imported({"_collections": "collections", "_operator": "operator"}.get(module, module), name)

    def function(self, value):
        if isinstance(value, types.MethodType):
            owner = value.__self__
            if isinstance(owner, type):
                return f"{self.named(owner)}.{value.__name__}"
            return f"{self.write(owner, 2)}.{value.__name__}"
        if isinstance(value, types.BuiltinMethodType) and not isinstance(value.__self__, (types.ModuleType, type(None))):
            if isinstance(value.__self__, type):
                return f"{self.named(value.__self__)}.{value.__name__}"
            return f"{self.write(value.__self__, 2)}.{value.__name__}"
        if isinstance(value, (types.MethodDescriptorType, types.WrapperDescriptorType)):
            return f"{self.named(value.__objclass__)}.{value.__name__}"
        try:
            return self.named(value)
        except Unwritable:
            if not isinstance(value, types.FunctionType):
                raise
        return self.defined(value)

    def defined(self, value):
        """A lambda or small function of a test, by its own source; what it uses must be writable too."""
        code = value.__code__
        if code.co_freevars or value.__defaults__ or value.__kwdefaults__ or not self.is_test_file(code.co_filename):
            raise Unwritable("a closure")
        node = find_definition(code)
        self.bind_globals(node, value.__globals__)
        if isinstance(node, ast.Lambda):
            return f"({ast.unparse(node)})"
        if node.decorator_list or len(node.body) > 8 or node.name.startswith("test"):
            raise Unwritable("not a small function")
        node.returns = None
        return self.need(node.name, ast.unparse(node))

    def bind_globals(self, node, scope):
        bound = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
        bound |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
        if isinstance(node, ast.FunctionDef):
            bound.add(node.name)
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id not in bound:
                self.bind(each.id, scope)

    def bind(self, name, scope):
        """Make a global of a test module known under its own name."""
        if name not in scope:
            if hasattr(builtins, name):
                return
            raise Unwritable(f"unknown {name}")
        text = self.write(scope[name], 2)
        if text != name:
            head, _, tail = text.rpartition(".")
            if head and re.fullmatch(r"[\w.]+", text) and sys.modules.get(head) is not None:
                self.need(name, f"from {head} import {tail}" + ("" if tail == name else f" as {name}"))
            else:
                self.need(name, f"{name} = {text}")

    def by_fields(self, value, kind, inner):
        fields = None
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            fields = [(name, getattr(value, name)) for name in kind._fields]
        elif getattr(kind, "__dataclass_params__", None) is not None and "__post_init__" not in kind.__dict__:
            known = kind.__dataclass_fields__.values()
            if all(field.init for field in known):
                fields = [(field.name, getattr(value, field.name)) for field in known]
        if fields is None:
            raise Unwritable(f"a {kind.__name__}")
        return f"{self.named(kind)}({', '.join(f'{name}={inner(each)}' for name, each in fields)})"


def find_definition(code):
    with open(code.co_filename, encoding="utf-8") as file:
        tree = parsed(file.read())
    wanted = ast.Lambda if code.co_name == "<lambda>" else ast.FunctionDef
    found = [node for node in ast.walk(tree) if isinstance(node, wanted) and first_line(node) == code.co_firstlineno]
    if wanted is ast.Lambda and len(found) > 1:
        spot = next(iter(code.co_positions()), None) if hasattr(code, "co_positions") else None
        bodies = [node for node in found if same_code(node, code)]
        found = bodies[:1] if bodies else found
        del spot
    if len(found) != 1:
        raise Unwritable("not found in its file")
    return found[0]


def same_code(node, code):
    made = compile(ast.fix_missing_locations(ast.Expression(node)), "<lambda>", "eval")
    inner = next((each for each in made.co_consts if isinstance(each, types.CodeType)), None)
    return inner is not None and inner.co_code == code.co_code and inner.co_consts == code.co_consts and inner.co_names == code.co_names  # fmt: skip


def first_line(node):
    decorators = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


@functools.lru_cache(maxsize=64)
def parsed(source):
    return ast.parse(textwrap.dedent(source))


FUNCTIONS = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.BuiltinMethodType,
)  # fmt: skip
COLLECTIONS = (collections.deque, collections.OrderedDict, collections.defaultdict, collections.Counter)
ITERATORS = ("list_iterator", "tuple_iterator", "range_iterator", "str_iterator", "str_ascii_iterator", "map", "zip", "filter")  # fmt: skip
PLAIN = {
    decimal.Decimal: lambda self, value, _: f"{self.imported('decimal', 'Decimal')}('{value}')",
    fractions.Fraction: lambda self, value, _: f"{self.imported('fractions', 'Fraction')}({value.numerator}, {value.denominator})",
    uuid.UUID: lambda self, value, _: f"{self.imported('uuid', 'UUID')}('{value}')",
    slice: lambda self, value, inner: f"slice({inner(value.start)}, {inner(value.stop)}, {inner(value.step)})",
    datetime.timedelta: lambda self, value, _: f"{self.imported('datetime', 'timedelta')}(days={value.days}, seconds={value.seconds}, microseconds={value.microseconds})",
    datetime.date: lambda self, value, _: f"{self.imported('datetime', 'date')}({value.year}, {value.month}, {value.day})",
    datetime.time: lambda self, value, inner: moment(self, "time", value, inner, "hour minute second microsecond"),
    datetime.datetime: lambda self, value, inner: moment(self, "datetime", value, inner, "year month day hour minute second microsecond"),
    datetime.timezone: lambda self, value, inner: f"{self.imported('datetime', 'timezone')}({inner(value.utcoffset(None))})",
    re.Pattern: lambda self, value, inner: f"{self.imported('re', 'compile')}({inner(value.pattern)}, {int(value.flags)})"
    if isinstance(value.pattern, str) and int(value.flags) != 32
    else f"{self.imported('re', 'compile')}({inner(value.pattern)})",
    types.SimpleNamespace: lambda self, value, inner: f"{self.imported('types', 'SimpleNamespace')}({', '.join(f'{name}={inner(each)}' for name, each in vars(value).items())})",
    functools.partial: lambda self, value, inner: f"{self.imported('functools', 'partial')}({', '.join([inner(value.func), *map(inner, value.args), *(f'{name}={inner(each)}' for name, each in value.keywords.items())])})",
}


def moment(writer, name, value, inner, fields):
    parts = [str(getattr(value, field)) for field in fields.split()]
    zone = "" if value.tzinfo is None else f", tzinfo={inner(value.tzinfo)}"
    return f"{writer.imported('datetime', name)}({', '.join(parts)}{zone})"
