"""Runs tests as SWE-bench's scripts do, in a process of its own whose words and status its parent puts into one log.

An ordinary pytest without a guard, forked from the warm interpreter; twin of ../plainRun.ts.
"""

import atexit
import os
import sys

import pytest


def run(arguments, tests):
    """The exit status of a pytest of its own, as a shell tells it."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.dup2(1, 2)
            sys.argv[:] = ["pytest", *tests]
            status = int(pytest.main(["-rA", "--tb=short", "-p", "no:cacheprovider", *arguments, "--", *tests]))
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            os._exit(status & 255)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def main(files, tests, arguments):
    def say(text):
        print(f">>>>> {text}", flush=True)

    say("Start Test Output")
    status = run(arguments, tests)
    if status == 4:  # a test that is asked for is not there: the others of its files still count
        status = run(arguments, files)
    say("End Test Output")
    say(f"Test Exit Code: {status}")


main(FILES, TESTS, ARGUMENTS)
