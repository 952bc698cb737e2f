"""Runs stand-alone scripts, each in a process of its own, and tells how each ended; its twin is ../trial.ts."""

import json
import os
import select
import signal
import sys
import time

sys.path.insert(0, "/work/.taoception")
import chosen_tests
import imports
import lines

PLACE = "/tmp/reproduction.py"


def child(script, executed, write):
    """Never returns. The exit status tells: 0 = it ran to its end, 1 = an exception."""
    status = 1
    try:
        code = compile(script, PLACE, "exec")
        executed.start()
        exec(code, {"__name__": "__main__", "__file__": PLACE})
        status = 0
    except SystemExit as end:
        status = 0 if end.code in (None, 0) else 1
    except BaseException:
        status = 1
    finally:
        executed.stop()
        with os.fdopen(write, "w") as file:
            file.write(json.dumps(executed.hex()))
        os._exit(status)


def run(script, executed, seconds):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        child(script, executed, write)
    os.close(write)
    until = time.monotonic() + seconds
    told = b""
    part = None
    while part != b"" and select.select([read], [], [], max(0, until - time.monotonic()))[0]:
        part = os.read(read, 65536)
        told += part
    late = part != b""
    if late:
        os.kill(pid, signal.SIGKILL)
    os.close(read)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        return {"exit": status, "late": late, "lines": json.loads(told)}
    except ValueError:
        return {"exit": status, "late": late, "lines": {}}


def main():
    order = chosen_tests.read_order()
    say = chosen_tests.take_stdout()
    imports.load(order["scripts"])
    executed = lines.lines_of(chosen_tests.Sources(order))
    for at, script in enumerate(order["scripts"]):
        say({"id": at, **run(script, executed, order["seconds"])})
    say({"end": True})


main()
