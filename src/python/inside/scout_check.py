"""Run one check (a script, a doctest, a docstring's examples) in this very process and say how it went."""

import contextlib
import doctest
import importlib
import io
import os
import sys
import types

import scout_fork

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
NAME = "reproduction.py"


def compile_check(check):
    """The check's code, compiled once before any fork; None where there is nothing to compile or it is no Python."""
    if check["kind"] in ("script", "output"):
        try:
            return compile(check["source"], NAME, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return None


def run_check(check, code, root):
    """{"outcome": "passed" | "failed", "type", "message", "line", "frames": [{file, line, name}]}"""
    kind = check["kind"]
    if kind == "doctest":
        return _doctest(doctest.DocTestParser().get_doctest(check["source"], {"__name__": "__main__"}, NAME, NAME, 0))
    if kind == "docstring":
        return _docstring(check)
    if code is None:
        return _failure("SyntaxError", "the check is no Python")
    module = types.ModuleType("__main__")
    module.__file__ = NAME
    sys.modules["__main__"] = module
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed if kind == "output" else sys.stdout):
            exec(code, module.__dict__)
    except SystemExit as error:
        own = _last(error.__traceback__).f_code.co_filename == NAME
        if not own or error.code not in (None, 0):
            return describe(error, root)
    except scout_fork.Hang as error:
        scout_fork.rest()
        return dict(describe(error, root), outcome="timeout", type="Timeout")
    except BaseException as error:  # a check may end in any way
        return describe(error, root)
    if kind == "output" and printed.getvalue().split() != check["expected"].split():
        return _failure("Output", printed.getvalue()[:500])
    return {"outcome": "passed", "type": "", "message": "", "line": 0, "frames": []}


def describe(error, root):
    """What an exception tells: its type, its message and where in the project and in the check it came from."""
    frames = []
    line = 0
    at = error.__traceback__
    while at is not None:
        name = at.tb_frame.f_code.co_filename
        if name == NAME:
            line = at.tb_lineno
        elif name.startswith(root):
            frames.append(
                {"file": os.path.relpath(name, root), "line": at.tb_lineno, "name": at.tb_frame.f_code.co_name}
            )
        at = at.tb_next
    try:
        message = str(error)[:1000]
    except BaseException:  # a broken __str__ is the candidate's
        message = ""
    return {
        "outcome": "failed",
        "type": type(error).__name__,
        "message": message,
        "line": line,
        "frames": frames[-30:],
    }


def _failure(kind, message, line=0):
    return {"outcome": "failed", "type": kind, "message": message, "line": line, "frames": []}


def _last(at):
    while at.tb_next is not None:
        at = at.tb_next
    return at.tb_frame


def _doctest(test):
    said = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    result = runner.run(test, out=said.write, clear_globs=False)
    if result.attempted == 0:
        return _failure("Empty", "no examples")
    if result.failed == 0:
        return {"outcome": "passed", "type": "", "message": "", "line": result.attempted, "frames": []}
    return _failure("Doctest", said.getvalue()[-1000:], result.attempted - result.failed)


def _docstring(check):
    module = importlib.import_module(check["module"])
    owner = module
    for part in check["name"].split("."):
        owner = owner.__dict__[part] if isinstance(owner, type) else getattr(owner, part)
    owner = getattr(owner, "__func__", None) or getattr(owner, "fget", None) or owner
    text = owner.__doc__ or ""
    # as doctest itself does, every example of one docstring shares the module's names
    test = doctest.DocTestParser().get_doctest(text, dict(module.__dict__), check["name"], NAME, 0)
    return _doctest(test)
