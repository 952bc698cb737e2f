"""Which lines of the project's own files a piece of work executes."""

import sys


class Tracer:
    """
    Use as a context manager; `lines` is then {path relative to the root: sorted line numbers}. `spans` are the
    [first, last] lines by path that functions must begin in to be looked at; None for all that are wanted.
    """

    def __init__(self, root, wanted, spans=None):
        self.root = root.rstrip("/") + "/"
        self.wanted = wanted
        self.spans = spans
        self.seen = {}
        self.monitor = getattr(sys, "monitoring", None)

    def _lines_of(self, code):
        name = code.co_filename
        if not name.startswith(self.root):
            return None
        path = name[len(self.root) :]
        if not self.wanted(path):
            return None
        if self.spans is not None:
            begin = code.co_firstlineno
            if not any(first <= begin <= last for first, last in self.spans[path]):
                return None
        return self.seen.setdefault(path, set())

    def __enter__(self):
        self.seen = {}
        if self.monitor is not None:
            self._enter_monitoring()
        else:
            self._enter_tracing()
        return self

    def _enter_tracing(self):
        of_code = {}
        missing = object()

        def trace(frame, _event, _argument):
            code = frame.f_code
            lines = of_code.get(code, missing)
            if lines is missing:
                found = self._lines_of(code)
                lines = of_code[code] = None if found is None else (found.add, _stepper(found.add))
            if lines is None:
                return None
            lines[0](frame.f_lineno)
            return lines[1]

        sys.settrace(trace)

    def _enter_monitoring(self):
        monitor = self.monitor
        monitor.use_tool_id(monitor.COVERAGE_ID, "scout")

        def line(code, number):
            found = self._lines_of(code)
            if found is not None:
                found.add(number)
            return monitor.DISABLE

        monitor.register_callback(monitor.COVERAGE_ID, monitor.events.LINE, line)
        monitor.set_events(monitor.COVERAGE_ID, monitor.events.LINE)
        monitor.restart_events()

    def __exit__(self, *_error):
        if self.monitor is not None:
            self.monitor.set_events(self.monitor.COVERAGE_ID, 0)
            self.monitor.free_tool_id(self.monitor.COVERAGE_ID)
        else:
            sys.settrace(None)
        return False

    @property
    def lines(self):
        return {path: sorted(lines) for path, lines in self.seen.items() if lines}


def _stepper(add):
    def step(frame, event, _argument):
        if event == "line":
            add(frame.f_lineno)
        return step

    return step


def called_while(root, work):
    """Do the work; the (path, first line) of every function of the root's files that was called meanwhile."""
    called = set()
    prefix = root.rstrip("/") + "/"

    def trace(frame, _event, _argument):
        code = frame.f_code
        if code.co_name != "<module>" and code.co_filename.startswith(prefix):
            called.add((code.co_filename, code.co_firstlineno))
        return None

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return called
