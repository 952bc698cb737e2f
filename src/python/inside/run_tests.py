"""Collects or runs a project's tests in a fork of the warm template; its twin is ../runner.ts.

Everything that judging needs is taken hold of before the project is imported, so that a package which replaces
pytest's parts later does not replace ours; and it is looked at again after every test, so that it is seen.
"""

import importlib
import os
import signal
import sys
import time

import pytest

WORK = "/work"
MESSAGE = 300
WORST = {"passed": 0, "xpassed": 1, "xfailed": 2, "skipped": 3, "failed": 4, "error": 5}
# What a package would replace to look better than it is; names that this pytest does not have are left out.
PARTS = """
_pytest.runner: runtestprotocol call_and_report pytest_runtest_makereport pytest_runtest_call pytest_runtest_protocol
_pytest.runner: call_runtest_hook pytest_runtest_setup pytest_runtest_teardown
_pytest.runner.CallInfo: from_call
_pytest.reports.TestReport: from_item_and_call __init__
_pytest.reports.BaseReport: passed failed skipped
_pytest.python.Function: runtest setup
_pytest.python: pytest_pyfunc_call
_pytest.unittest.TestCaseFunction: runtest setup addFailure addError
_pytest.main.Session: perform_collect
_pytest.outcomes: skip fail xfail exit
pluggy._hooks.HookCaller: __call__
pluggy._hooks._HookCaller: __call__
pytest: raises fail skip xfail approx
unittest.case.TestCase: run __call__ assertEqual assertTrue assertFalse assertRaises fail
builtins: AssertionError Exception BaseException isinstance len type repr
"""


def parts():
    found = []
    for line in PARTS.split("\n"):
        path, _, names = line.partition(":")
        module, _, attribute = path.rpartition(".")
        try:
            holder = importlib.import_module(path)
        except ImportError:
            holder = getattr(importlib.import_module(module), attribute, None) if module else None
        except ValueError:
            continue  # an empty line
        found += [(holder, name) for name in names.split() if name in getattr(holder, "__dict__", {})]
    return found


class Guard:
    """Remembers the runner's own parts by identity and tells which were replaced."""

    def __init__(self):
        self.parts = [(holder, name, holder.__dict__[name]) for holder, name in parts()]

    def replaced(self, _is_same=lambda a, b: a is b):
        return [
            f"{getattr(holder, '__name__', holder)}.{name}"
            for holder, name, part in self.parts
            if not _is_same(holder.__dict__.get(name), part)
        ]


def short(error_type, error):
    """`Type: message`, at most MESSAGE characters; str() runs the project's code, so anything may come out of it."""
    try:
        text = str(error)
    except BaseException as trouble:
        text = f"<no message: {type(trouble).__name__}>"
    return f"{error_type.__name__}: {text}"[:MESSAGE]


class Recorder:
    """A pytest plugin that keeps the wanted tests and reports each once it is over."""

    def __init__(self, wanted, report, guard, seconds):
        self.wanted = None if wanted is None else frozenset(wanted)
        self.report = report
        self.guard = guard
        self.seconds = seconds
        self.clock = time.perf_counter
        self.outcomes = {}
        self.messages = {}
        self.spent = {}
        self.counted = 0
        self.tampered = set()
        self.alarmed = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        if self.wanted is None:
            return
        kept = [item for item in items if item.nodeid in self.wanted]
        dropped = len(items) - len(kept)
        seen = set()
        items[:] = [item for item in kept if not (item.nodeid in seen or seen.add(item.nodeid))]
        if dropped:
            config.hook.pytest_deselected(items=[])

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        if self.seconds:
            self.report({"start": item.nodeid})
            signal.signal(signal.SIGALRM, self.alarm)
            signal.setitimer(signal.ITIMER_REAL, self.seconds, 1.0)
        started = self.clock()
        yield
        if self.seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.finish(item.nodeid, self.clock() - started)

    def alarm(self, *_):
        raise TimeoutError(f"longer than {self.seconds} s")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        self.note(item.nodeid, call, report)

    def note(self, nodeid, call, report):
        raised = call.excinfo
        state = "passed"
        if getattr(report, "wasxfail", None) is not None:
            state = "xfailed" if report.skipped else "xpassed" if report.passed else "failed"
        elif report.failed:
            state = "failed" if call.when == "call" else "error"
        elif report.skipped:
            state = "skipped"
        elif raised is not None:
            state = "failed"  # the report says passed although an exception came out: somebody changed it
        if raised is not None and state in ("failed", "error") and nodeid not in self.messages:
            self.messages[nodeid] = short(raised.type, raised.value)
        if WORST[state] >= WORST[self.outcomes.get(nodeid, "passed")]:
            self.outcomes[nodeid] = state

    def pytest_runtest_logreport(self, report):
        # subtests report under their test's id without a makereport of ours
        if report.failed and self.outcomes.get(report.nodeid) in (None, "passed", "xpassed"):
            self.outcomes[report.nodeid] = "failed"

    def finish(self, nodeid, seconds):
        self.counted += 1
        line = {"test": nodeid, "outcome": self.outcomes.get(nodeid, "error"), "ms": round(seconds * 1000, 3)}
        if nodeid in self.messages:
            line["message"] = self.messages[nodeid]
        replaced = [name for name in self.guard.replaced() if name not in self.tampered]
        if replaced:
            self.tampered.update(replaced)
            line["replaced"] = replaced
        self.report(line)


class Collector:
    """A pytest plugin that reports what was collected, and what could not be."""

    def __init__(self, report):
        self.report = report

    def pytest_collectreport(self, report):
        if report.failed:
            text = str(getattr(report, "longreprtext", "") or report.longrepr)
            self.report({"broken": report.nodeid, "message": text[-1500:]})

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session):
        inipath = session.config.inipath
        found = []
        for item in session.items:
            path = os.path.relpath(str(item.path), WORK)
            found.append([item.nodeid, path, sorted(set(getattr(item, "fixturenames", ())))[:50]])
        for start in range(0, len(found), 500):
            self.report({"collected": found[start : start + 500]})
        self.report({"ini": None if inipath is None else os.path.relpath(str(inipath), WORK)})


def arguments(given, targets):
    return [
        f"--rootdir={WORK}",
        "-o", "addopts=", "-o", "required_plugins=",
        "-p", "no:cacheprovider",
        "-W", "default",
        "--tb=short", "-q", "--no-header", "--color=no", "--show-capture=no",
        *given,
        "--", *targets,
    ]  # fmt: skip


def use_paths(roots):
    """The project's source roots first, then the tree's root as `python -m pytest` would put it."""
    paths = [os.path.join(WORK, root) if root else WORK for root in roots]
    if WORK not in paths:
        paths.append(WORK)
    sys.path[:0] = paths
    # a test that starts a Python of its own finds the same modules
    os.environ["PYTHONPATH"] = os.pathsep.join([*paths, *filter(os.path.isdir, ("/layer", "/metadata"))])
    return paths


def files_of(tests):
    files = {}
    for test in tests:
        files.setdefault(test.split("::", 1)[0], None)
    return [name for name in files if os.path.exists(os.path.join(WORK, name))]


def run(order, report):
    guard = Guard()
    recorder = Recorder(order["tests"], report, guard, order.get("testSeconds", 0))
    use_paths(order["roots"])
    targets = files_of(order["tests"])
    if not targets:
        report({"end": 5, "count": 0})
        return 5
    given = ["--continue-on-collection-errors", *order["arguments"]]
    code = int(pytest.main(arguments(given, targets), plugins=[recorder]))
    recorder.report({"end": code, "count": recorder.counted})
    return code


def collect(order, report):
    use_paths(order["roots"])
    given = ["--collect-only", "--continue-on-collection-errors", *order["arguments"]]
    code = int(pytest.main(arguments(given, order.get("targets", [])), plugins=[Collector(report)]))
    report({"end": code, "count": 0})
    return code


def script(order, report):
    paths = use_paths(order["roots"])
    path = "/tmp/reproduction.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write(order["script"])
    code = compile(order["script"], path, "exec")
    scope = {"__name__": "__main__", "__file__": path, "__builtins__": __builtins__}
    sys.argv[:] = [path]
    del paths
    exec(code, scope)
    return 0


def main(order, report):
    return {"run": run, "collect": collect, "script": script}[order["do"]](order, report)
