"""Loads what scripts import before they run."""

import ast
import contextlib
import importlib


def load(sources):
    """So that nothing is loaded twice, and the lines that a script executes are those of its calls alone."""
    names = {}
    for source in sources:
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    names.update(dict.fromkeys(alias.name for alias in node.names))
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names[node.module] = None
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
