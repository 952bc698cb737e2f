"""Records which calls of the project's functions some tests make, as source that makes them again; its twin is
../calls.ts. Nothing here need be exact: every recorded call is tried alone before it is used."""

import collections
import contextlib
import functools
import inspect
import itertools
import re
import sys
import time

sys.path.insert(0, "/work/.taoception")
import chosen_tests
import literals
import targets

# Calls of one function in one test: from outside, and from the project itself; lines before a call; calls in all.
MOST_OUTER, MOST_INNER, MOST_LINES, MOST_CALLS, MOST_ALL = 12, 4, 10, 80, 6000
# How calls of special methods are written: {0} is the object, {1} and {2} its arguments.
SPECIAL = {
    "__getitem__": "{0}[{1}]", "__setitem__": "{0}[{1}] = {2}", "__delitem__": "del {0}[{1}]", "__len__": "len({0})",
    "__contains__": "{1} in {0}", "__iter__": "list({0})", "__eq__": "{0} == {1}", "__ne__": "{0} != {1}",
    "__lt__": "{0} < {1}", "__le__": "{0} <= {1}", "__gt__": "{0} > {1}", "__ge__": "{0} >= {1}",
    "__add__": "{0} + {1}", "__sub__": "{0} - {1}", "__mul__": "{0} * {1}", "__truediv__": "{0} / {1}",
    "__floordiv__": "{0} // {1}", "__mod__": "{0} % {1}", "__pow__": "{0} ** {1}", "__and__": "{0} & {1}",
    "__or__": "{0} | {1}", "__xor__": "{0} ^ {1}", "__neg__": "-{0}", "__abs__": "abs({0})", "__bool__": "bool({0})",
    "__repr__": "repr({0})", "__str__": "str({0})", "__int__": "int({0})", "__float__": "float({0})",
    "__reversed__": "list(reversed({0}))", "__radd__": "{1} + {0}", "__rsub__": "{1} - {0}", "__rmul__": "{1} * {0}",
    "__ror__": "{1} | {0}", "__rand__": "{1} & {0}", "__getattr__": None, "__next__": "next({0})",
}  # fmt: skip
STATEMENTS = {"__setitem__", "__delitem__"}
READING = {"__len__", "__contains__", "__iter__", "__eq__", "__ne__", "__repr__", "__str__", "__bool__", "keys", "values", "items"}  # fmt: skip


class Built:
    """An object whose making, and what happened to it since, can be written down."""

    def __init__(self, value, name, lines, needs):
        self.value = value
        self.name = name
        self.lines = lines
        self.needs = needs
        self.lost = False


class Recorder:
    def __init__(self, order, say):
        self.say = say
        self.sources = chosen_tests.Sources(order)
        self.modules = {}
        self.codes = {}
        self.objects = {}
        self.stack = []
        self.numbers = itertools.count(1)
        self.recorded = collections.defaultdict(set)
        self.seen = {}
        self.told = set()
        self.test = ""
        self.until = time.monotonic() + order["seconds"]
        self.generators = set()

    def is_test_file(self, path):
        return path.startswith(chosen_tests.WORK + "/") and self.sources.path_of(path) is None

    @contextlib.contextmanager
    def around(self, item):
        self.stack.clear()
        self.objects.clear()
        self.generators.clear()
        self.told.clear()
        self.recorded.clear()
        self.numbers = itertools.count(1)
        self.test = item.nodeid
        sys.setprofile(self.profile)
        yield
        sys.setprofile(None)
        self.say({"test": item.nodeid, "calls": sorted(self.told)})
        if len(self.seen) >= MOST_ALL or time.monotonic() > self.until:
            item.session.shouldstop = "enough"

    def target(self, frame):
        code = frame.f_code
        try:
            return self.codes[code]
        except KeyError:
            pass
        target = None
        name = frame.f_globals.get("__name__", "")
        module = sys.modules.get(name)
        known = code.co_filename.startswith("<string>") or self.sources.path_of(code.co_filename) is not None
        if module is not None and known and not name.startswith("_pytest"):
            if name not in self.modules:
                own = self.sources.path_of(getattr(module, "__file__", None) or "<>") is not None
                self.modules[name] = targets.targets_of(module) if own else {}
            target = self.modules[name].get(code)
        own = self.sources.path_of(code.co_filename) is not None
        self.codes[code] = (target, own)
        return self.codes[code]

    def profile(self, frame, event, arg):
        if event == "call":
            target, own = self.target(frame)
            if target is None and not own:
                return
            made = None
            if target is not None and len(self.told) < MOST_CALLS:
                with contextlib.suppress(literals.Unwritable, RecursionError):
                    made = self.on_call(frame, target, len(self.stack))
            self.stack.append((frame, made))
        elif event == "return" and self.stack and self.stack[-1][0] is frame:
            _, made = self.stack.pop()
            if made is not None and arg is not None:
                self.on_return(made, arg)

    def writer(self):
        writer = literals.Writer(self.is_test_file, self.write_object)
        writer.lines = []
        return writer

    def write_object(self, writer, value):
        built = self.objects.get(id(value))
        if built is None or built.value is not value:
            kind = type(value)
            if kind.__init__ is object.__init__ and kind.__new__ is object.__new__ and getattr(value, "__dict__", None) == {}:
                return f"{writer.named(kind)}()"
            return None
        if built.lost:
            raise literals.Unwritable("lost")
        for name, line in built.needs.items():
            writer.need(name, line)
        writer.lines += [line for line in built.lines if line not in writer.lines]
        return built.name

    def on_call(self, frame, target, depth):
        code = frame.f_code
        if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
            if frame in self.generators or code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
                return None
            self.generators.add(frame)
        most = MOST_OUTER if depth == 0 else MOST_INNER
        making = target.kind == "method" and target.name in ("__init__", "__new__")
        recorded = self.recorded[target]
        full = len(recorded) >= most
        if full and not (depth == 0 and target.kind == "method") and not making:
            return None
        values = frame.f_locals
        names = code.co_varnames[: code.co_argcount]
        own = values.get(names[0]) if names and target.kind in ("method", "class", "property") else None
        if making:
            return self.on_making(frame, target, own)
        built = self.objects.get(id(own)) if target.kind in ("method", "property") else None
        try:
            writer = self.writer()
            text, title = self.call_text(frame, target, own, writer)
        except literals.Unwritable:
            if built is not None and depth == 0 and target.name not in READING:
                built.lost = True
            raise
        lines = list(writer.lines)
        statement = target.name in STATEMENTS
        variable = built.name if built is not None else None
        key = (text, *lines, *sorted(writer.needs.values()))
        if not full and len(lines) <= MOST_LINES:
            recorded.add(key)
            self.emit(key, target, title, depth, writer.needs, lines, text, statement, variable)
        if built is not None and depth == 0 and target.kind == "method" and target.name not in READING:
            built.lines = [*lines, text] if len(lines) < MOST_LINES else built.lines
            built.lost = built.lost or len(lines) >= MOST_LINES
            built.needs = dict(writer.needs)
        return (target, text, lines, writer.needs) if depth == 0 else None

    def on_making(self, frame, target, own):
        if target.name == "__init__":
            known = self.objects.get(id(own))
            if known is not None and known.value is own:
                return None
            kind = type(own)
        else:
            kind = own
        writer = self.writer()
        text = f"{writer.named(kind)}({self.arguments(frame, target, writer, 1)})"
        if target.name == "__init__":
            self.keep(own, kind, text, writer.lines, writer.needs)
            key = (text, *writer.lines, *sorted(writer.needs.values()))
            recorded = self.recorded[target]
            if len(recorded) < MOST_OUTER and len(writer.lines) <= MOST_LINES:
                recorded.add(key)
                self.emit(key, target, kind.__name__, len(self.stack), writer.needs, writer.lines, text, False, None)
            return None
        return (target, text, list(writer.lines), writer.needs)

    def on_return(self, made, value):
        _, text, lines, needs = made
        kind = type(value)
        known = self.objects.get(id(value))
        if (known is not None and known.value is value) or not isinstance(kind.__module__, str):
            return
        module = sys.modules.get(kind.__module__)
        path = getattr(module, "__file__", None) or "<>"
        if self.sources.path_of(path) is not None and len(lines) < MOST_LINES:
            self.keep(value, kind, text, lines, needs)

    def keep(self, value, kind, text, lines, needs):
        word = re.sub(r"[^a-z0-9]", "", kind.__name__.lower()) or "thing"
        name = f"_{word}_{next(self.numbers)}_"
        self.objects[id(value)] = Built(value, name, [*lines, f"{name} = {text}"], dict(needs))

    def public(self, writer, target):
        """The name by which everybody reaches the target's function or class."""
        module = sys.modules[target.module]
        head = target.path.split(".", 1)[0]
        thing = getattr(module, head, None)
        parts = target.module.split(".")
        for length in range(1, len(parts)):
            shorter = sys.modules.get(".".join(parts[:length]))
            if shorter is not None and thing is not None and getattr(shorter, head, None) is thing:
                return writer.imported(".".join(parts[:length]), target.path)
        return writer.imported(target.module, target.path)

    def call_text(self, frame, target, own, writer):
        if target.kind in ("function", "static"):
            name = self.public(writer, target)
            return f"{name}({self.arguments(frame, target, writer, 0)})", target.path
        if target.kind == "class":
            name = writer.named(own)
            return f"{name}.{target.name}({self.arguments(frame, target, writer, 1)})", f"{own.__name__}.{target.name}"
        if literals.is_dunder(target.name) and target.name not in SPECIAL and target.name != "__call__":
            raise literals.Unwritable("a special method")
        subject = writer.write(own, 1)
        title = f"{type(own).__name__}.{target.name}"
        if target.kind == "property":
            return f"{subject}.{target.name}", title
        if target.name == "__call__":
            return f"{subject}({self.arguments(frame, target, writer, 1)})", title
        if target.name in SPECIAL:
            form = SPECIAL[target.name]
            if form is None:
                raise literals.Unwritable("a special method")
            code = frame.f_code
            values = [self.subscript(writer, frame.f_locals[name]) for name in code.co_varnames[1 : code.co_argcount]]
            return form.format(subject, *values, *[""] * 2), type(own).__name__
        return f"{subject}.{target.name}({self.arguments(frame, target, writer, 1)})", title

    def subscript(self, writer, value):
        if not isinstance(value, slice):
            return writer.text(value)
        parts = ["" if each is None else writer.text(each) for each in (value.start, value.stop, value.step)]
        return ":".join(parts if parts[2] else parts[:2])

    def arguments(self, frame, target, writer, skip):
        """The arguments of a call as they stand in its frame, defaults left out."""
        code = frame.f_code
        values = frame.f_locals
        count = code.co_argcount
        names = code.co_varnames[:count]
        defaults = target.function.__defaults__ or ()
        defaulted = dict(zip(names[count - len(defaults) :], defaults))
        keywords = target.function.__kwdefaults__ or {}
        parts = []
        by_name = False
        at = count + code.co_kwonlyargcount
        more = values.get(code.co_varnames[at], ()) if code.co_flags & inspect.CO_VARARGS else ()
        for place, name in enumerate(names):
            if place < skip:
                continue
            value = self.local(values, name)
            if name in defaulted and value is defaulted[name] and not more:
                by_name = place >= code.co_posonlyargcount
                continue
            text = writer.text(value)
            parts.append(f"{name}={text}" if by_name else text)
        parts += [writer.text(value) for value in more]
        for name in code.co_varnames[count:at]:
            value = self.local(values, name)
            if not (name in keywords and value is keywords[name]):
                parts.append(f"{name}={writer.text(value)}")
        if code.co_flags & inspect.CO_VARKEYWORDS:
            at += 1 if code.co_flags & inspect.CO_VARARGS else 0
            for name, value in values.get(code.co_varnames[at], {}).items():
                if not str(name).isidentifier():
                    raise literals.Unwritable("a strange keyword")
                parts.append(f"{name}={writer.text(value)}")
        return ", ".join(parts)

    def local(self, values, name):
        if name not in values:
            raise literals.Unwritable("not bound")
        return values[name]

    def emit(self, key, target, title, depth, needs, lines, text, statement, variable):
        if key in self.seen:
            self.told.add(self.seen[key])
            return
        self.seen[key] = len(self.seen)
        self.told.add(self.seen[key])
        names = {}
        def plain(match):
            full, word = match.group(0), match.group(1)
            if full not in names:
                taken = sum(1 for other in names.values() if other.rstrip("0123456789") == word)
                names[full] = word if taken == 0 else f"{word}{taken + 1}"
                if names[full] in needs or names[full] in vars(__builtins__):
                    names[full] = f"my_{names[full]}"
            return names[full]

        clean = functools.partial(re.sub, r"\b_([a-z0-9]+)_\d+_\b", plain)
        imports = sorted({line for line in needs.values() if re.match(r"(from|import) ", line)})
        others = [line for line in needs.values() if line not in imports]
        self.say({
            "id": self.seen[key],
            "name": f"{target.module}.{target.path}",
            "title": title,
            "depth": depth,
            "prelude": [clean(line) for line in [*imports, *others, *lines]],
            "call": clean(text),
            "statement": statement,
            "variable": clean(variable) if variable else None,
        })  # fmt: skip


def main():
    order = chosen_tests.read_order()
    say = chosen_tests.take_stdout()
    chosen_tests.run_chosen(order, Recorder(order, say))
    say({"end": True})


main()
