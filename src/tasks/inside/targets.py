"""Finds the functions of a project that can be reached from outside by a name."""

import contextlib
import functools
import types

import literals


class Target:
    """A function of the project that can be reached from outside by a name."""

    def __init__(self, kind, module, path, owner, function):
        self.kind = kind  # function, method, class, static, property
        self.module = module
        self.path = path
        self.owner = owner
        self.function = function
        self.name = path.rpartition(".")[2]


def code_of(thing):
    """The code behind a function that may be wrapped, or None."""
    for _ in range(6):
        if isinstance(thing, types.FunctionType) and not hasattr(thing, "__wrapped__"):
            return thing
        inner = thing.__dict__.get("__wrapped__") if hasattr(thing, "__dict__") else None
        thing = inner or getattr(thing, "func", None) or getattr(thing, "__func__", None)
        if thing is None:
            return None
    return None


def targets_of(module):
    """Code to target, for everything that a module or its classes define."""
    found = {}

    def add(thing, kind, path, owner):
        with contextlib.suppress(Exception):
            function = code_of(thing)
            if function is not None:
                found.setdefault(function.__code__, Target(kind, module.__name__, path, owner, function))

    def scan(owner, path):
        for name, member in list(vars(owner).items()):
            inner = f"{path}.{name}"
            if name == "__new__":
                add(getattr(member, "__func__", member), "method", inner, owner)
            elif isinstance(member, staticmethod):
                add(member.__func__, "static", inner, owner)
            elif isinstance(member, classmethod):
                add(member.__func__, "class", inner, owner)
            elif isinstance(member, property):
                add(member.fget, "property", inner, owner)
            elif isinstance(member, functools.cached_property):
                add(member.func, "property", inner, owner)
            elif isinstance(member, type):
                if member.__module__ == module.__name__ and member.__qualname__ == inner:
                    scan(member, inner)
            else:
                add(member, "method", inner, owner)

    for name, thing in list(vars(module).items()):
        if isinstance(thing, type):
            if thing.__module__ == module.__name__ and thing.__qualname__ == name:
                scan(thing, name)
        elif callable(thing) and not isinstance(thing, types.ModuleType) and not literals.is_dunder(name):
            with contextlib.suppress(Exception):
                function = code_of(thing)
                if function is not None and function.__module__ == module.__name__:
                    add(thing, "function", name, None)
    return found
