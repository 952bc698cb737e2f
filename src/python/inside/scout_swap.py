"""Put changed function bodies into live function objects, without importing anything again."""

import ast
import gc
import importlib.machinery
import os
import types

FUTURE = 0
for _name in __import__("__future__").all_feature_names:
    FUTURE |= getattr(__import__("__future__"), _name).compiler_flag


class Slow(Exception):
    """Only a fresh import would show this change."""


def serve_changes(changes):
    """From now on imports of the changed files (absolute path to bytes) see the new content."""
    loader = importlib.machinery.SourceFileLoader
    original = loader.get_code
    original_data = loader.get_data

    def get_code(self, fullname):
        data = changes.get(os.path.realpath(self.get_filename(fullname)))
        if data is None:
            return original(self, fullname)
        return compile(data, self.get_filename(fullname), "exec", dont_inherit=True)

    def get_data(self, path):
        data = changes.get(os.path.realpath(path))
        return original_data(self, path) if data is None else data

    loader.get_code = get_code
    loader.get_data = get_data


class Source:
    """One file as it was imported: its text, its functions, and the live objects made from them."""

    def __init__(self, path, live):
        self.path = path
        with open(path, "rb") as file:
            self.data = file.read()
        self.text = self.data.decode("utf-8")  # a UnicodeDecodeError means: take the slow path
        if "\r" in self.text or "\f" in self.text or self.text.startswith("\ufeff"):
            raise Slow("line ends")
        self.lines = self.text.split("\n")
        tree = ast.parse(self.text)
        self.live = live
        whole = compile(tree, path, "exec", dont_inherit=True)
        self.flags = whole.co_flags & FUTURE
        self.outermost = []
        self._walk(tree.body, [])
        self.codes = {}
        self._index(whole)

    def _walk(self, body, wrappers):
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([node.lineno] + [each.lineno for each in node.decorator_list])
                self.outermost.append((first, node.end_lineno, node, wrappers))
            elif isinstance(node, ast.ClassDef):
                self._walk(node.body, wrappers + ["class %s:" % node.name])
            else:
                for part in ("body", "orelse", "handlers", "finalbody"):
                    inner = getattr(node, part, None)
                    if inner and isinstance(inner, list):
                        self._walk(inner, wrappers + ["if 1:"])

    def _index(self, code):
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.codes[(constant.co_name, constant.co_firstlineno)] = constant
                self._index(constant)


class Swapper:
    """Knows the live functions of the project's files; `swap` changes them in this process (a fork)."""

    def __init__(self, root):
        self.root = root
        self.live = {}
        self.sources = {}
        for thing in gc.get_objects():
            if type(thing) is types.FunctionType:
                name = os.path.realpath(thing.__code__.co_filename)
                if name.startswith(root):
                    place = (thing.__code__.co_name, thing.__code__.co_firstlineno)
                    self.live.setdefault(name, {}).setdefault(place, []).append(thing)
        #: (path, first line) of functions that ran while modules were imported: changing them later comes too late.
        self.imported = set()

    def prepare(self, path):
        """Read a file before any fork; quiet when it cannot be swapped."""
        if path not in self.sources:
            try:
                self.sources[path] = Source(path, self.live.get(path, {}))
            except (Slow, ValueError, SyntaxError, OSError, RecursionError) as error:
                self.sources[path] = str(error) or "unreadable"

    def plan(self, path, data):
        """The assignments [(function, new code)] that make the change; Slow when there are none. Raises SyntaxError."""
        self.prepare(path)
        source = self.sources[path]
        if isinstance(source, str):
            raise Slow(source)
        lines = data.decode("utf-8").split("\n")
        start, old_end, new_end = _changed(source.lines, lines)
        if start == old_end == new_end:
            return []
        first, last, node, wrappers = _around(source, start, old_end)
        _body_only(source, node, start, old_end, lines)
        if (path, first) in self.imported or (path, node.lineno) in self.imported:
            raise Slow("it ran during import")
        old = source.codes.get((node.name, first)) or source.codes.get((node.name, node.lineno))
        if old is None:
            raise Slow("no code object")
        taken = lines[first - 1 : last + len(lines) - len(source.lines)]
        new = _compile(source, wrappers, taken, first, node.name)
        assignments = []
        _pair(source.live, old, new, assignments)
        if not assignments:
            raise Slow("no live function")
        return assignments


def _changed(old, new):
    """(start, end in old, end in new) of the differing lines, zero-based, ends exclusive."""
    start = 0
    short = min(len(old), len(new))
    while start < short and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < short - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return start, len(old) - tail, len(new) - tail


def _around(source, start, end):
    for first, last, node, wrappers in source.outermost:
        if first <= start + 1 and max(end, start + 1) <= last:
            return first, last, node, wrappers
    # lines put in right behind a function's last one still belong to it where they are indented deeper
    for first, last, node, wrappers in source.outermost:
        if start == end and start == last:
            return first, last, node, wrappers
    raise Slow("outside functions")


def _body_only(source, node, start, end, new_lines):
    """Refuse what touches a signature or decorator of the function or of a nested one that is alive."""
    for inner in ast.walk(node):
        if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if inner is not node and (inner.name, inner.lineno) not in source.live:
            continue
        body = inner.body[0].lineno
        if body == inner.lineno:
            raise Slow("one-line function")
        head = min([inner.lineno] + [each.lineno for each in inner.decorator_list])
        if start + 1 < body and max(end, start + 1) >= head and not _comment(source.lines[start : body - 1]):
            raise Slow("signature")
    if start >= len(new_lines):
        raise Slow("cut off")


def _comment(lines):
    return all(not line.strip() or line.lstrip().startswith("#") for line in lines)


def _compile(source, wrappers, taken, first, name):
    """Compile one function where it stands: same indentation, same line numbers, same class around it."""
    head = "\n".join(" " * depth + wrapper for depth, wrapper in enumerate(wrappers))
    lead = first - 1 - len(wrappers)
    if lead < 0:
        raise Slow("too near the top")
    text = "\n" * lead + (head + "\n" if head else "") + "\n".join(taken) + "\n"
    code = compile(text, source.path, "exec", source.flags, dont_inherit=True)
    while True:
        inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
        for each in inner:
            if each.co_name == name and each.co_firstlineno >= first:
                return each
        if len(inner) != 1:
            raise Slow("not one function")
        code = inner[0]


def _pair(live, old, new, assignments):
    functions = live.get((old.co_name, old.co_firstlineno), ())
    if functions and old.co_freevars != new.co_freevars:
        raise Slow("closure")
    for function in functions:
        assignments.append((function, new))
    old_inner = [each for each in old.co_consts if isinstance(each, types.CodeType)]
    new_inner = [each for each in new.co_consts if isinstance(each, types.CodeType)]
    if [each.co_name for each in old_inner] == [each.co_name for each in new_inner]:
        for one, other in zip(old_inner, new_inner):
            _pair(live, one, other, assignments)
    elif any(_alive(live, each) for each in old_inner):
        raise Slow("nested functions")


def _alive(live, code):
    if (code.co_name, code.co_firstlineno) in live:
        return True
    return any(_alive(live, each) for each in code.co_consts if isinstance(each, types.CodeType))
