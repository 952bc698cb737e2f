"""Which lines of the project each test executes; its twin is ../coverage.ts."""

import contextlib
import sys
import time

sys.path.insert(0, "/work/.taoception")
import chosen_tests
import lines


class PerTest:
    def __init__(self, lines, say, seconds):
        self.lines = lines
        self.say = say
        self.until = time.monotonic() + seconds

    @contextlib.contextmanager
    def around(self, item):
        self.lines.start()
        yield
        self.lines.stop()
        self.say({"test": item.nodeid, "lines": self.lines.hex()})
        if time.monotonic() > self.until:
            item.session.shouldstop = "time is up"


def main():
    order = chosen_tests.read_order()
    say = chosen_tests.take_stdout()
    executed = lines.lines_of(chosen_tests.Sources(order))
    chosen_tests.run_chosen(order, PerTest(executed, say, order["seconds"]))
    say({"end": True})


main()
