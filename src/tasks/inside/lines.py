"""Which lines of the project are executed, by whatever this Python has for it."""

import sys
import threading


class Lines:
    """Lines by file that are executed while it is active."""

    def __init__(self, sources):
        self.sources = sources
        self.files = {}

    def hex(self):
        """Per file a number in hex, whose bit n stands for line n."""
        return {path: format(sum(1 << line for line in lines), "x") for path, lines in self.files.items() if lines}


class TracedLines(Lines):
    """By sys.settrace, for Python before 3.12. A function all of whose lines were seen is no longer traced."""

    def start(self):
        self.files = {}
        self.left = {}
        sys.settrace(self.call)
        threading.settrace(self.call)

    def stop(self):
        sys.settrace(None)
        threading.settrace(None)

    def call(self, frame, event, _):
        code = frame.f_code
        left = self.left.get(code)
        if left is None:
            path = self.sources.path_of(code.co_filename)
            known = set() if path is None else lines_in(code)
            left = self.left[code] = (known, self.files.setdefault(path, set()) if path is not None else known)
        unseen, seen = left
        if not unseen:
            return None

        def local(frame, event, _):
            if event == "line":
                seen.add(frame.f_lineno)
                unseen.discard(frame.f_lineno)
                if not unseen:
                    frame.f_trace_lines = False
            return local

        return local


def lines_in(code):
    """Lines that can be executed; the one with `def` is none, but where the whole function stands on it."""
    known = {line for _, _, line in code.co_lines() if line is not None}
    return known - {code.co_firstlineno} or known


class MonitoredLines(Lines):
    """By sys.monitoring: each place reports once a test, and is then silent."""

    def __init__(self, sources):
        super().__init__(sources)
        self.tool = sys.monitoring.COVERAGE_ID
        sys.monitoring.use_tool_id(self.tool, "lines")
        sys.monitoring.register_callback(self.tool, sys.monitoring.events.LINE, self.line)

    def start(self):
        self.files = {}
        sys.monitoring.restart_events()
        sys.monitoring.set_events(self.tool, sys.monitoring.events.LINE)

    def stop(self):
        sys.monitoring.set_events(self.tool, 0)

    def line(self, code, number):
        path = self.sources.path_of(code.co_filename)
        if path is not None:
            self.files.setdefault(path, set()).add(number)
        return sys.monitoring.DISABLE


def lines_of(sources):
    return MonitoredLines(sources) if hasattr(sys, "monitoring") else TracedLines(sources)
