"""Do a piece of work in a forked child that can harm nobody: own process group, limits, results over a pipe."""

import json
import os
import resource
import select
import signal
import sys
import time
import traceback

END = b"\0end\n"
KEPT = 8 * 1024 * 1024


def in_fork(work, seconds, memory, cpu=None):
    """
    Call work(say) in a child; each say(value) is one JSON value handed back. Returns {"said": [...],
    "end": "done" | "timeout" | "died", "why": text}. `cpu` bounds processor seconds beside the wall clock. Whatever the child left running is killed.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _child(work, reader, writer, seconds, memory, cpu)
    os.close(writer)
    data, timed_out = _read(reader, time.monotonic() + seconds + 0.3)
    os.close(reader)
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except OSError:
            pass
    _, status = os.waitpid(child, 0)
    said = []
    for line in data.split(b"\n"):
        if line.startswith(b"{"):
            try:
                said.append(json.loads(line))
            except ValueError:
                pass  # cut short by the child's death
    if data.endswith(END):
        return {"said": said, "end": "done", "why": ""}
    if timed_out or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGPROF)):
        return {"said": said, "end": "timeout", "why": "ran too long"}
    why = "signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "exit %d" % os.WEXITSTATUS(status)
    return {"said": said, "end": "died", "why": why}


class Hang(BaseException):
    """Raised in a child's own work where it runs too long, so that it can still tell what it did."""


def end_in_time(seconds, cpu):
    def stop(*_):
        raise Hang("ran too long")

    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    signal.setitimer(signal.ITIMER_PROF, cpu, 0.2)


def rest():
    """No more signals: what is left is only to tell."""
    signal.setitimer(signal.ITIMER_REAL, 5)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, 0)


def _child(work, reader, writer, seconds, memory, cpu):
    try:
        os.setpgid(0, 0)
        os.close(reader)
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + memory
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        if cpu is not None:
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_PROF, cpu)

        def say(value):
            text = json.dumps(value).encode() + b"\n"
            while text:
                text = text[os.write(writer, text) :]

        try:
            work(say)
        except BaseException as error:  # the end of the child's world, told to the parent
            say({"crash": "".join(traceback.format_exception_only(type(error), error))[:500]})
        os.write(writer, END)
    finally:
        os._exit(0)


def _read(reader, deadline):
    chunks = []
    size = 0
    while size < KEPT:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b"".join(chunks), True
        chunk = os.read(reader, 1 << 16)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
        if chunk.endswith(END):
            break
    return b"".join(chunks), False
