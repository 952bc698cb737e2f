"""One job of a template in a container of its own: imports what a template preloads, lays out the tree at /work, and
runs the program's main(input, report). Its order comes on fd 3, two lengths and two JSON values; there it says, by one
byte, that all is imported, and then whatever the program reports. Twin of inside/template.py, and of singles.ts.
"""

import sys

sys.path[:] = [path for path in sys.path if path != "/sandbox"]

import base64
import fcntl
import importlib
import json
import os
import resource
import shutil
import struct

CHANNEL = 3


def read_exactly(count):
    data = bytearray()
    while len(data) < count:
        piece = os.read(CHANNEL, count - len(data))
        if not piece:
            os._exit(70)
        data += piece
    return bytes(data)


def prepare(setup):
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path.extend(setup["pythonPath"])
    for name in setup["preload"]:
        importlib.import_module(name)
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    flush()


def lay_out(job):
    for entry in os.scandir("/lower"):  # /work itself is not ours to change
        target = os.path.join("/work", entry.name)
        if entry.is_dir(follow_symlinks=False):
            shutil.copytree(entry.path, target, symlinks=True, copy_function=copy_file)
        else:
            copy_file(entry.path, target)
    os.chdir("/work")
    for path, content in job["files"].items():
        target = os.path.join("/work", path)
        folder = os.path.dirname(target)
        if os.path.realpath(folder) != folder:
            raise ValueError(f"{path} lies behind a link")
        if os.path.lexists(target):
            os.unlink(target)
        if content is None:
            continue
        os.makedirs(folder, 0o755, exist_ok=True)
        with open(target, "xb") as file:
            file.write(base64.b64decode(content))


def copy_file(source, target, **_):
    shutil.copyfile(source, target, follow_symlinks=False)
    if not os.path.islink(target):
        shutil.copymode(source, target)
    return target


def limit(values):
    spent = resource.getrusage(resource.RUSAGE_SELF)
    for name, value in values.items():
        if name == "nproc":
            continue  # counted for a uid on the whole machine: the engine's limit holds
        if name == "cpu":
            value += int(spent.ru_utime + spent.ru_stime)
        which = getattr(resource, f"RLIMIT_{name.upper()}")
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass


def main():
    setup_length, job_length = struct.unpack(">II", read_exactly(8))
    setup, job = json.loads(read_exactly(setup_length)), json.loads(read_exactly(job_length))
    with open("/sandbox/program.py", "rb") as file:
        code = compile(file.read(), "/sandbox/program.py", "exec")
    fcntl.fcntl(CHANNEL, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    prepare(setup)
    if job is not None:
        lay_out(job)
    channel = fcntl.fcntl(CHANNEL, fcntl.F_DUPFD_CLOEXEC, 64 + os.urandom(1)[0] * 3)
    os.close(CHANNEL)
    with open("/dev/null", "rb", buffering=0) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.write(channel, b"\n")
    if job is None:
        os.read(channel, 1)  # looked at, and ended from outside
        return 0
    limit(job["rlimits"])

    def report(value):
        line = memoryview(json.dumps(value).encode() + b"\n")
        while line:
            line = line[os.write(channel, line) :]

    scope = {"__name__": "__program__", "__file__": "/sandbox/program.py", "__builtins__": __builtins__}
    sys.path_importer_cache.clear()
    sys.argv[:] = ["/sandbox/program.py"]
    try:
        exec(code, scope)
        status = scope["main"](job["input"], report)
    except SystemExit as end:
        status = end.code
        if status is not None and not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    return status & 0xFF if isinstance(status, int) else 0


status = 70
try:
    status = main()
except BaseException:
    import traceback

    traceback.print_exc()
    status = 1
finally:
    flush()
    os._exit(status)
