"""
The scout: everything imported once, then candidate after candidate tried in forks. It proposes, it never decides.

JSON lines over fd 3. Two servers stand behind it: `bare` (this process: pytest imported, nothing of the project)
and `warm` (a fork of it which imports what the checks need, collects tests where asked to, and swaps code in its
own forks). What `warm` cannot show, a change of a module's own level or of a default argument, `bare` does by a fresh import.
"""

import base64
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scout_check
import scout_fork
import scout_pytest
import scout_swap
import scout_trace

ROOT = os.path.realpath(os.getcwd())
#: How often a `warm` that a candidate took down is made again.
RESTARTS = 5


def absolute(path):
    return os.path.realpath(os.path.join(ROOT, path))


def decode(changes):
    return {absolute(path): base64.b64decode(data) for path, data in changes.items()}


class Trials:
    """What one server, bare or warm, can do with checks and tests; each in a fork of its own."""

    def __init__(self, settings):
        self.settings = settings
        self.checks = []
        self.codes = []
        self.items = None
        self.swapper = None

    def learn(self, checks):
        self.checks = checks
        self.codes = [scout_check.compile_check(check) for check in checks]

    def fork(self, work, seconds, cpu=None):
        return scout_fork.in_fork(work, seconds, self.settings["memory"], cpu)

    def check(self, index, prepare, request, traced=False):
        """One check's result, with the executed lines where traced."""

        def work(say):
            prepare()
            if not traced:
                return say(scout_check.run_check(self.checks[index], self.codes[index], ROOT))
            scout_fork.end_in_time(request["checkSeconds"], request["checkCpu"])
            with scout_trace.Tracer(ROOT, self.wanted) as tracer:
                result = scout_check.run_check(self.checks[index], self.codes[index], ROOT)
            say(dict(result, lines=tracer.lines))

        grace = 1 if traced else 0
        return ending(self.fork(work, request["checkSeconds"] + grace, request["checkCpu"] + grace))

    def wanted(self, path):
        return path.endswith(".py") and not any(
            path == each or path.startswith(each + "/") for each in self.settings["testPaths"]
        )

    def tests(self, ids, prepare, seconds, each, stop, only=None):
        """Results of tests by id; `only` = the spans of lines by path that are looked at, None for no tracing."""

        def work(say):
            prepare()
            tracer = None if only is None else scout_trace.Tracer(ROOT, only.__contains__, only)
            limits = {"each": each, "until": time.monotonic() + seconds, "stop": stop}
            if self.items is None:
                scout_pytest.collect_and_run(self.settings, ids, limits, say, tracer)
            else:
                scout_pytest.run_items(self.items, ids, limits, say, tracer)

        run = self.fork(work, seconds + each)
        results = {said["test"]: said for said in run["said"] if "test" in said}
        started = [said["start"] for said in run["said"] if "start" in said]
        if run["end"] != "done" and started and started[-1] not in results:
            outcome = "timeout" if run["end"] == "timeout" else "died"
            results[started[-1]] = {"test": started[-1], "outcome": outcome, "message": run["why"], "ms": each * 1000}
        return results

    def run(self, request, prepare):
        results = []
        good = True
        for index in request["checks"]:
            result = self.check(index, prepare, request)
            results.append(result)
            good = good and result["outcome"] == "passed"
            if not good and request["stop"]:
                break
        tests = {}
        if good and request["tests"]:
            tests = self.tests(
                request["tests"], prepare, request["testsSeconds"], request["testSeconds"], request["stop"]
            )
        return {"checks": results, "tests": tests}

    def cover(self, request, prepare):
        checks = [self.check(index, prepare, request, True) for index in request["checks"]]
        tests = {}
        if request["tests"]:
            tests = self.tests(
                request["tests"], prepare, request["testsSeconds"], request["testSeconds"], False, request["only"]
            )
        return {"checks": checks, "tests": tests}


def ending(run):
    for said in run["said"]:
        if "outcome" in said:
            return said
        if "crash" in said:
            return {"outcome": "failed", "type": "Import", "message": said["crash"], "line": 0, "frames": []}
    return {
        "outcome": "timeout" if run["end"] == "timeout" else "failed",
        "type": "Timeout" if run["end"] == "timeout" else "Died",
        "message": run["why"],
        "line": 0,
        "frames": [],
    }


class Bare:
    """The first process: knows pytest, has never imported the project."""

    def __init__(self):
        self.trials = None
        self.warm = None
        self.warm_pid = None
        self.settings = None
        self.collected = False
        self.modules = []
        self.restarts = 0

    def open(self, request):
        self.settings = request
        sys.path[:] = [each for each in sys.path if each != os.path.dirname(os.path.abspath(__file__))]
        sys.path.extend(request["pythonPath"])
        has_pytest = scout_pytest.preload()
        sys.path[:0] = [absolute(each) for each in request["sourceRoots"]]
        importlib.invalidate_caches()
        self.trials = Trials(request)
        self.start_warm()
        return {"python": sys.version.split()[0], "pytest": has_pytest}

    def start_warm(self):
        self.end_warm()
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            try:
                os.setpgid(0, 0)
                ours.close()
                os.close(3)
                null = os.open(os.devnull, os.O_RDWR)
                for fd in (0, 1, 2):
                    os.dup2(null, fd)
                Warm(self, theirs).serve()
            finally:
                os._exit(0)
        theirs.close()
        self.warm, self.warm_pid = Lines(ours), child
        self.collected = False
        if self.trials.checks:
            self.ask_warm({"op": "checks", "checks": self.trials.checks, "modules": self.modules}, 30)

    def end_warm(self):
        if self.warm_pid is None:
            return
        for kill in (os.killpg, os.kill):
            try:
                kill(self.warm_pid, signal.SIGKILL)
            except OSError:
                pass
        os.waitpid(self.warm_pid, 0)
        self.warm.close()
        self.warm = self.warm_pid = None

    def ask_warm(self, request, seconds):
        if self.warm is None:
            return None
        answer = self.warm.ask(request, seconds)
        if answer is None:  # killed by what it imported, or stuck: without it everything still works, only slower
            self.end_warm()
        return answer

    def collect(self, request):
        """Collect the tests of some files in `warm`; where that fails or takes too long there are none."""
        if self.warm is None or self.collected:
            self.start_warm()
        answer = self.ask_warm(request, request["collectSeconds"] + 2)
        if answer is None:
            self.start_warm()
            return {"tests": [], "errors": ["collection ended early"]}
        self.collected = True
        return answer

    def checks(self, request):
        """Learn the checks, and import in `warm` what they import."""
        fresh = [check for check in request["checks"] if check not in self.trials.checks]
        self.trials.learn(request["checks"])
        modules = {check["module"] for check in fresh if check["kind"] == "docstring"}
        unknown = [check for check in fresh if check["kind"] != "docstring"]

        def work(say):
            for check in unknown:
                scout_check.run_check(check, scout_check.compile_check(check), ROOT)
                say({"modules": sorted(project_modules())})

        if unknown:
            run = self.trials.fork(work, request["checkSeconds"] * (1 + len(unknown)))
            modules.update(run["said"][-1].get("modules", []) if run["said"] else [])
        self.modules = sorted(modules.union(self.modules))
        self.ask_warm(dict(request, modules=self.modules), 30)
        return {"modules": self.modules}

    def cover(self, request):
        budget = len(request["checks"]) * (request["checkSeconds"] + 1) + request["testsSeconds"] + 10
        answer = self.ask_warm(request, budget)
        return answer or self.trials.cover(request, lambda: None)

    def run(self, request):
        budget = len(request["checks"]) * (request["checkSeconds"] + 1) + request["testsSeconds"] + 10
        if not request["fresh"]:
            if self.warm is None and self.restarts < RESTARTS:
                self.restarts += 1
                self.start_warm()
            answer = self.ask_warm(request, budget)
            if answer is not None and "slow" not in answer:
                return answer
        else:
            answer = None
        changes = decode(request["changes"])
        for path, data in changes.items():
            try:
                compile(data, path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                return {"invalid": str(error)[:300]}
        result = self.trials.run(request, lambda: scout_swap.serve_changes(changes))
        return dict(result, path="slow", why=(answer or {}).get("slow", "asked"))

    def answer(self, request):
        return {each.__name__: each for each in (self.open, self.collect, self.checks, self.cover, self.run)}[
            request["op"]
        ](request)


class Warm:
    """A fork that imports the project, for the checks and by collecting its tests."""

    def __init__(self, bare, channel):
        self.channel = Lines(channel)
        self.trials = bare.trials
        self.settings = bare.settings
        #: (path, first line) of functions that ran while modules were imported
        self.called = set()

    def serve(self):
        while True:
            request = self.channel.read(None)
            if request is None:
                return
            answer = getattr(self, request["op"])(request)
            if answer is None:
                return
            self.channel.write(answer)

    def settle(self):
        """Find the live functions, then freeze: later forks copy fewer pages, and the collector hides nothing."""
        gc.unfreeze()
        gc.collect()
        self.trials.swapper = scout_swap.Swapper(ROOT + "/")
        self.trials.swapper.imported = self.called
        gc.freeze()

    def collect(self, request):
        """The items live as long as pytest's session does, so what comes later is served from within it."""

        def collected(items, errors):
            self.trials.items = items
            self.settle()
            self.channel.write({"tests": list(items), "errors": errors[:50]})
            self.serve()

        scout_pytest.collect(self.settings, request["files"], request["collectSeconds"], collected)

    def checks(self, request):
        self.trials.learn(request["checks"])
        missing = [each for each in request["modules"] if each not in sys.modules]
        if missing or self.trials.swapper is None:
            self.called |= scout_trace.called_while(ROOT, lambda: import_all(missing))
            self.settle()
        return {}

    def cover(self, request):
        return self.trials.cover(request, lambda: None)

    def run(self, request):
        changes = decode(request["changes"])
        loaded = {os.path.realpath(getattr(each, "__file__", None) or "") for each in list(sys.modules.values())}
        assignments = []
        try:
            for path, data in changes.items():
                if path in loaded:
                    assignments += self.trials.swapper.plan(path, data)
        except scout_swap.Slow as reason:
            return {"slow": str(reason)}
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"invalid": str(error)[:300]}

        def prepare():
            scout_swap.serve_changes(changes)
            for function, code in assignments:
                function.__code__ = code

        return dict(self.trials.run(request, prepare), path="fast", why="")


def project_modules():
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name != "__main__" and file and os.path.realpath(file).startswith(ROOT + "/"):
            yield name


def import_all(modules):
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException:  # whatever a project's module does at import, the others are still wanted
            pass


class Lines:
    """One JSON value a line, both ways, over a socket."""

    def __init__(self, channel):
        self.channel = channel
        self.rest = b""

    def write(self, value):
        self.channel.sendall(json.dumps(value).encode() + b"\n")

    def read(self, seconds):
        """The next value; None at the end of the channel or of the time."""
        until = None if seconds is None else time.monotonic() + seconds
        chunks = [self.rest]
        while b"\n" not in chunks[-1]:
            left = None if until is None else until - time.monotonic()
            if left is not None and (left <= 0 or not select.select([self.channel], [], [], left)[0]):
                return None
            chunk = self.channel.recv(1 << 16)
            if not chunk:
                return None
            chunks.append(chunk)
        line, self.rest = b"".join(chunks).split(b"\n", 1)
        return json.loads(line)

    def ask(self, value, seconds):
        try:
            self.write(value)
            return self.read(seconds)
        except (OSError, ValueError):
            return None

    def close(self):
        self.channel.close()


def main():
    channel = Lines(socket.socket(fileno=3))
    bare = Bare()
    while True:
        request = channel.read(None)
        if request is None:
            return bare.end_warm()
        channel.write(bare.answer(request))


if __name__ == "__main__":
    main()
