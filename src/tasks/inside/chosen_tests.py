"""Runs chosen tests of a project with one plugin of ours, in a fork that has the tree at /work."""

import json
import os
import sys

import pytest

WORK = "/work"
PRIVATE = os.path.dirname(os.path.abspath(__file__))


def read_order():
    with open(os.path.join(PRIVATE, "order.json"), encoding="utf-8") as file:
        return json.load(file)


def take_stdout():
    """A function that writes one JSON value a line to the real stdout; what the project prints goes nowhere."""
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)

    def say(value):
        kept.write(json.dumps(value) + "\n")
        kept.flush()

    return say


class Sources:
    """Which files are the project's own code, as opposed to its tests and everything else."""

    def __init__(self, order):
        self.skipped = [os.path.join(WORK, path) for path in order["testPaths"]]
        self.known = {}

    def path_of(self, filename):
        """The path relative to the tree, or None."""
        try:
            return self.known[filename]
        except KeyError:
            path = self.known[filename] = self.look(filename)
            return path

    def look(self, filename):
        full = os.path.join(WORK, filename) if not filename.startswith("<") else ""
        if not full.startswith(WORK + "/") or not full.endswith(".py") or full.startswith(PRIVATE):
            return None
        if any(full == each or full.startswith(each + "/") for each in self.skipped):
            return None
        return os.path.relpath(full, WORK)


def run_chosen(order, plugin):
    """pytest's exit status. `plugin.around(item)` is a context manager that holds one test."""
    wanted = set(order["tests"])

    class Chosen:
        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items):
            place = {test: at for at, test in enumerate(order["tests"])}
            items[:] = sorted((item for item in items if item.nodeid in wanted), key=lambda item: place[item.nodeid])

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_protocol(self, item):
            with plugin.around(item):
                yield

    files = list(dict.fromkeys(test.split("::", 1)[0] for test in order["tests"]))
    arguments = [
        f"--rootdir={WORK}",
        "-o", "addopts=", "-o", "required_plugins=",
        "--assert=plain",  # nobody reads what failed here, and rewriting takes half of the time
        "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:unraisableexception",
        "-W", "default",
        "--continue-on-collection-errors",
        *order["arguments"],
        "--", *[name for name in files if os.path.exists(os.path.join(WORK, name))],
    ]  # fmt: skip
    sys.path[:] = [path for path in sys.path if path != PRIVATE]
    return int(pytest.main(arguments, plugins=[Chosen()]))
