"""pytest as the scout needs it: collect once and keep the items, or collect a few files and run chosen ids."""

import contextlib
import os
import signal
import sys
import time


def preload():
    """Import pytest before anything of the project; False where the layer has none."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        import _pytest.assertion.rewrite  # noqa: F401
        import _pytest.doctest  # noqa: F401
        import _pytest.fixtures  # noqa: F401
        import _pytest.python  # noqa: F401
        import pytest  # noqa: F401
    except ImportError:
        return False
    return True


def arguments(settings, paths):
    return [
        "--rootdir=" + os.getcwd(),
        "-o",
        "addopts=",
        "-o",
        "required_plugins=",
        "-W",
        "default",
        *("-p no:cacheprovider -p no:unraisableexception -p no:faulthandler".split()),
        *("--capture=no --tb=native --assert=plain -q --continue-on-collection-errors".split()),
        *settings["pytestArguments"],
        *paths,
    ]


class Collector:
    """A plugin: no file is begun after the deadline, and the loop over the tests is ours."""

    def __init__(self, seconds, loop):
        self.until = time.monotonic() + seconds
        self.loop = loop
        self.errors = []

    def pytest_ignore_collect(self):
        return True if time.monotonic() > self.until else None

    def pytest_collectreport(self, report):
        if report.failed:
            self.errors.append(report.nodeid)

    def pytest_runtestloop(self, session):
        self.loop({item.nodeid: item for item in session.items}, self.errors)
        return True


def collect(settings, files, seconds, then):
    """Collect the tests of these files, then call then(items by id, errors) inside the pytest session."""
    import pytest

    state = {}

    def loop(items, errors):
        state["ran"] = True
        then(items, errors)

    if files:
        pytest.main(arguments(settings, files), plugins=[Collector(seconds, loop)])
    if "ran" not in state:
        then({}, ["pytest never came to its tests"])


def collect_and_run(settings, ids, limits, say, tracer):
    import pytest

    files = sorted({each.split("::")[0] for each in ids})
    seconds = max(0, limits["until"] - time.monotonic())
    plugin = Collector(seconds, lambda items, _errors: run_items(items, ids, limits, say, tracer))
    pytest.main(arguments(settings, files), plugins=[plugin])


class Listener:
    def __init__(self):
        self.outcome = "passed"
        self.message = ""

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcome = "failed" if report.when == "call" else "error"
            crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
            self.message = str(getattr(crash, "message", ""))[:300]
        elif report.skipped and self.outcome == "passed":
            self.outcome = "skipped"


def run_items(items, ids, limits, say, tracer):
    """Run the items of these ids in order; one JSON value before (start) and after (test, outcome) each."""
    wanted = [items[each] for each in ids if each in items]
    for item, following in zip(wanted, [*wanted[1:], None]):
        if time.monotonic() > limits["until"]:
            return
        say({"start": item.nodeid})
        signal.setitimer(signal.ITIMER_REAL, limits["each"])
        started = time.perf_counter()
        listener = Listener()
        item.config.pluginmanager.register(listener)
        try:
            with tracer or contextlib.nullcontext():
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            item.config.pluginmanager.unregister(listener)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        said = {"test": item.nodeid, "outcome": listener.outcome, "message": listener.message}
        said["ms"] = round((time.perf_counter() - started) * 1000, 3)
        if tracer is not None:
            said["lines"] = tracer.lines
        say(said)
        if limits["stop"] and listener.outcome in ("failed", "error"):
            return
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.flush()
