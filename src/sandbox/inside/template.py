"""A warm interpreter from which every job is forked into user, mount, pid, net, ipc and uts namespaces of its own.

Frames on fd 3, both ways: kind (1 byte), job (4), length (4), payload; big-endian. Their twin is template.ts.
The parent holds no job's data: a payload is read into a mapping that the fork alone keeps, output passes through
one buffer that is wiped before each fork, so no fork finds another job's files in its memory.
"""

import sys

sys.path[:] = [path for path in sys.path if path != "/sandbox"]

import base64
import ctypes
import errno
import fcntl
import gc
import importlib
import json
import mmap
import os
import resource
import selectors
import shutil
import signal
import socket
import struct
import time
import traceback

CHANNEL = 3
HEAD = struct.Struct(">BII")
BOUNDS = struct.Struct(">QQQQ")  # wall ms, memory, processes, output bytes
SETUP, JOB, KILL = 0, 1, 2  # from Node
READY, STDOUT, STDERR, REPORT, END = 0, 1, 2, 3, 4  # to Node
FLOOD = 8
REPORT_BYTES = 16 << 20  # of a job in all; twin of reports.ts
TICK = 0.05
PAGE = 4096
INNER = 1000

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MNT_DETACH = 1, 2, 4, 8, 4096, 2
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 24, 36, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
SYS_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219}.get(os.uname().machine)
KEYCTL_JOIN_SESSION_KEYRING = 1

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]
buffer = bytearray(1 << 16)


def must(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, options=None):
    encoded = [None if each is None else os.fsencode(each) for each in (source, target, kind, options)]
    must(libc.mount(encoded[0], encoded[1], encoded[2], flags, encoded[3]), f"mount {target}")


def prctl(option, value=0, third=0):
    must(libc.prctl(option, value, third, 0, 0), f"prctl {option}")


def write_file(path, text):
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


# --- the channel ---------------------------------------------------------------------------------------------


def read_into(view):
    done = 0
    while done < len(view):
        count = os.readv(CHANNEL, [view[done:]])
        if count == 0:
            os._exit(0)  # Node is gone
        done += count


def write_all(view):
    done = 0
    while done < len(view):
        done += os.write(CHANNEL, view[done:])


def send(kind, job, payload=b""):
    write_all(memoryview(HEAD.pack(kind, job, len(payload))))
    write_all(memoryview(payload))


# --- the parent ----------------------------------------------------------------------------------------------


class Running:
    """A job as its parent sees it: pids, pipes, clocks and counts, none of its data."""

    def __init__(self, number, first, bounds, pipes, received):
        self.number = number
        self.first = first
        self.init = None
        self.wall_ms, self.memory, self.processes, self.output = bounds
        self.pipes = pipes  # fd -> kind; the status pipe has kind None
        self.received = received
        self.started = None
        self.status = ""
        self.counts = {STDOUT: 0, STDERR: 0, REPORT: 0}
        self.truncated = False
        self.timed_out = False
        self.exceeded = None
        self.why = None

    def kill(self):
        target = self.init or self.first
        if target:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def excess(self, what):
        if self.exceeded is None:
            self.exceeded = what
        self.kill()


class Parent:
    def __init__(self, setup):
        self.setup = setup
        self.jobs = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(CHANNEL, selectors.EVENT_READ, None)
        self.ticked = 0.0

    def loop(self):
        while True:
            for key, _ in self.selector.select(TICK if self.jobs else None):
                if key.fd == CHANNEL:
                    self.command()
                elif key.data.number in self.jobs:
                    self.relay(key.data, key.fd)
            now = time.monotonic()
            if now - self.ticked >= TICK * 0.8:
                self.ticked = now
                for job in list(self.jobs.values()):
                    self.check(job, now)

    def command(self):
        head = bytearray(HEAD.size)
        read_into(memoryview(head))
        kind, number, length = HEAD.unpack(head)
        if kind == KILL:
            if number in self.jobs:
                self.jobs[number].kill()
            return
        payload = mmap.mmap(-1, max(1, length))
        view = memoryview(payload)
        read_into(view[:length])
        self.start(number, view[:length])
        view.release()
        payload.close()

    def start(self, number, payload):
        received = time.monotonic_ns()
        bounds = BOUNDS.unpack(payload[: BOUNDS.size])
        ends = {kind: os.pipe() for kind in (None, STDOUT, STDERR, REPORT)}
        buffer[:] = bytes(len(buffer))
        first = os.fork()
        if first == 0:
            code = 70
            try:
                child_of_parent(self.setup, payload[BOUNDS.size :], {kind: end[1] for kind, end in ends.items()})
                code = 0
            except BaseException as error:
                tell(ends[None][1], f"failed {error!r}")
            finally:
                os._exit(code)
        pipes = {}
        for kind, (reading, writing) in ends.items():
            os.close(writing)
            os.set_blocking(reading, False)
            pipes[reading] = kind
        job = Running(number, first, bounds, pipes, received)
        self.jobs[number] = job
        for reading in pipes:
            self.selector.register(reading, selectors.EVENT_READ, job)

    def relay(self, job, descriptor):
        kind = job.pipes[descriptor]
        try:
            count = os.readv(descriptor, [buffer])
        except BlockingIOError:
            return
        if count == 0:
            self.drop(job, descriptor)
            if not job.pipes or kind is None:
                self.end(job)
        elif kind is None:
            job.status += bytes(buffer[:count]).decode("utf-8", "replace")
            *lines, job.status = job.status.split("\n")
            for line in lines:
                self.told(job, line)
        else:
            self.forward(job, kind, count)

    def forward(self, job, kind, count):
        before = job.counts[kind]
        job.counts[kind] = before + count
        limit = REPORT_BYTES if kind == REPORT else job.output
        room = max(0, min(count, limit - before))
        if room < count:
            job.truncated = True
        if room:
            write_all(memoryview(HEAD.pack(kind, job.number, room)))
            write_all(memoryview(buffer)[:room])
        if job.counts[kind] > limit * (1 if kind == REPORT else FLOOD):
            job.excess("output")

    def told(self, job, line):
        word, _, rest = line.partition(" ")
        if word == "init":
            job.init = int(rest)
            os.waitpid(job.first, 0)
            job.first = None
            if job.timed_out or job.exceeded:
                job.kill()
        elif word == "started":
            job.started = int(rest)
        else:
            job.why = line

    def drop(self, job, descriptor):
        self.selector.unregister(descriptor)
        os.close(descriptor)
        del job.pipes[descriptor]

    def end(self, job):
        """The status pipe is closed, so the fork's init is dead or dying, and with it all its processes."""
        if job.number not in self.jobs:
            return
        del self.jobs[job.number]
        killed = False
        for pid in (job.first, job.init):
            if pid:
                _, status = os.waitpid(pid, 0)
                killed = killed or os.WIFSIGNALED(status)
        for descriptor, kind in list(job.pipes.items()):
            while kind is not None:
                try:
                    count = os.readv(descriptor, [buffer])
                except BlockingIOError:
                    break
                if count == 0:
                    break
                self.forward(job, kind, count)
            self.drop(job, descriptor)
        word, _, rest = (job.why or "").partition(" ")
        status, full = (int(part) for part in rest.split()) if word == "exit" else (None, 0)
        send(
            END,
            job.number,
            json.dumps(
                {
                    "status": status,
                    "killed": killed,
                    "failed": rest if word == "failed" else None,
                    "truncated": job.truncated,
                    "timedOut": job.timed_out,
                    "exceeded": job.exceeded or ("disk" if full else None),
                    "forkMs": -1 if job.started is None else (job.started - job.received) / 1e6,
                    "elapsedMs": (time.monotonic_ns() - job.received) / 1e6,
                }
            ).encode(),
        )

    def check(self, job, now):
        if now * 1000 - job.received / 1e6 > job.wall_ms:
            job.timed_out = True
            job.kill()
            return
        root = job.init or job.first
        pids = descendants(root)
        if len(pids) > job.processes * 2 + 16:
            job.excess("memory")
        elif sum(map(resident, pids)) > job.memory and sum(map(proportional, pids)) > job.memory:
            job.excess("memory")


def descendants(root):
    found = [root]
    for pid in found:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                    found.extend(map(int, file.read().split()))
        except OSError:
            pass
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def proportional(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
        return 0
    except OSError:
        return resident(pid)


# --- the fork ------------------------------------------------------------------------------------------------


def tell(status, line):
    os.write(status, line.replace("\n", " ").encode()[:2000] + b"\n")


def child_of_parent(setup, payload, pipes):
    """Enter the namespaces, and let a child of this process be the first of the new pid namespace."""
    os.setsid()
    keep_only(set(pipes.values()))
    uid, gid = os.getuid(), os.getgid()
    own_keyring()
    must(
        libc.unshare(NEWUSER | NEWNS | NEWPID | NEWNET | NEWIPC | NEWUTS | NEWCGROUP),
        "unshare",
    )
    write_file("/proc/self/setgroups", "deny")
    write_file("/proc/self/uid_map", f"{INNER} {uid} 1\n")
    write_file("/proc/self/gid_map", f"{INNER} {gid} 1\n")
    init = os.fork()
    if init:
        tell(pipes[None], f"init {init}")
        return
    try:
        first_of_namespace(setup, json.loads(bytes(payload)), pipes)
    except BaseException as error:
        tell(pipes[None], f"failed {error!r}")
    finally:
        os._exit(70)


def own_keyring():
    """The session's keyring is inherited, across namespaces too: of whoever started us, and then of the template."""
    if SYS_KEYCTL is None or libc.syscall(SYS_KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, None) >= 0:
        return
    number = ctypes.get_errno()
    if number not in (errno.ENOSYS, errno.EPERM):  # a kernel without keys, or a container that forbids them
        raise OSError(number, f"session keyring: {os.strerror(number)}")


def keep_only(descriptors):
    low = 0
    for descriptor in sorted({0, 1, 2, *descriptors}):
        if low < descriptor:  # an empty range closes everything in Python 3.11
            os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, 4096)


def first_of_namespace(setup, job, pipes):
    """Build what the job may see, give everything up, run it, and pass its wait status on."""
    lay_out(job)
    write_files(job["files"])
    give_up_rights()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = program(setup, job, pipes)
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            flush()
            os._exit(code)
    for kind in (STDOUT, STDERR, REPORT):
        os.close(pipes[kind])
    while True:
        pid, status = os.wait()
        if pid == child:
            break
    disk = os.statvfs("/tmp")
    tell(pipes[None], f"exit {status} {int(disk.f_bavail == 0 or disk.f_ffree == 0)}")
    os._exit(0)


def lay_out(job):
    hidden = MS_NOSUID | MS_NODEV
    size, files = job["diskBytes"], job["diskFiles"]
    mount("tmpfs", "/stage", "tmpfs", hidden, f"size={size},nr_inodes={files},mode=755")
    for name in ("upper", "work", "tmp", "shm"):
        os.mkdir(f"/stage/{name}", 0o755)
    os.chmod("/stage/tmp", 0o1777)
    os.chmod("/stage/shm", 0o1777)
    lower = os.path.join("/lowers", job["lower"])
    if os.stat(lower).st_uid == os.getuid():
        os.chdir(lower)
        mount(
            "overlay",
            "/work",
            "overlay",
            hidden,
            "lowerdir=.,upperdir=/stage/upper,workdir=/stage/work,userxattr",
        )
    else:  # an owner who has no name in this namespace: nothing could be written over such files
        copy_tree(lower, "/stage/upper")
        mount("/stage/upper", "/work", None, MS_BIND)
    mount("/stage/tmp", "/tmp", None, MS_BIND)
    mount("/stage/shm", "/dev/shm", None, MS_BIND)
    os.chdir("/work")
    must(libc.umount2(b"/stage", MNT_DETACH), "umount /stage")
    mount("tmpfs", "/lowers", "tmpfs", hidden | MS_RDONLY, "size=4k,nr_inodes=2,mode=000")
    mount("proc", "/proc", "proc", hidden | MS_NOEXEC)
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    loopback_up()


def copy_tree(source, target):
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, copy_function=copy_file)
    os.chmod(target, 0o755)


def copy_file(source, target, **_):
    shutil.copyfile(source, target, follow_symlinks=False)
    if not os.path.islink(target):
        shutil.copystat(source, target)
    return target


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(control.fileno(), 0x8914, request)  # SIOCSIFFLAGS


def write_files(files):
    for path, content in files.items():
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


def give_up_rights():
    write_file("/proc/sys/user/max_user_namespaces", "0")
    drop_capabilities()
    prctl(PR_SET_DUMPABLE, 0)  # its memory and descriptors are closed to the job, which has the same uid


def drop_capabilities():
    with open("/proc/sys/kernel/cap_last_cap", "rb") as file:
        last = int(file.read())
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    empty_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def empty_capabilities():
    header = struct.pack("Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    must(libc.capset(header, bytes(24)), "capset")


def program(setup, job, pipes):
    """The job's own process: nothing here is trusted any more once the program's main is called."""
    os.setsid()
    prctl(PR_SET_DUMPABLE, 1)
    with open("/dev/null", "rb", buffering=0) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(pipes[STDOUT], 1)
    os.dup2(pipes[STDERR], 2)
    channel = fcntl.fcntl(pipes[REPORT], fcntl.F_DUPFD_CLOEXEC, 64 + os.urandom(1)[0] * 3)
    for name, value in job["rlimits"].items():
        which = getattr(resource, f"RLIMIT_{name.upper()}")
        hard = resource.getrlimit(which)[1]  # the template's own, which nothing here may pass
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    os.nice(setup["nice"])
    scope = {"__name__": "__program__", "__file__": "/sandbox/program.py", "__builtins__": __builtins__}
    sys.path_importer_cache.clear()
    sys.argv[:] = ["/sandbox/program.py"]
    gc.enable()
    tell(pipes[None], f"started {time.monotonic_ns()}")
    keep_only({channel})

    def report(value):
        line = memoryview(json.dumps(value).encode() + b"\n")
        while line:
            line = line[os.write(channel, line) :]

    try:
        exec(setup["code"], scope)
        code = scope["main"](job["input"], report)
    except SystemExit as end:
        code = end.code
        if code is not None and not isinstance(code, int):
            print(code, file=sys.stderr)
            code = 1
    return code & 0xFF if isinstance(code, int) else 0


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass


# --- start ---------------------------------------------------------------------------------------------------


def become(uid):
    """From real root to the pool's uid, for good, before any foreign code is imported."""
    must(libc.umount2(b"/proc", MNT_DETACH), "umount /proc")
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    with open("/proc/sys/kernel/cap_last_cap", "rb") as file:
        last = int(file.read())
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    empty_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 1)  # else the files of /proc/self, the uid map among them, stay root's


def prepare(setup):
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path.extend(setup["pythonPath"])
    for name in setup["preload"]:
        importlib.import_module(name)
    reap()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"preloading started {threads - 1} threads, which a fork would lose")


def reap():
    """Children that ended while modules were imported and that nobody waited for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def main():
    head = bytearray(HEAD.size)
    read_into(memoryview(head))
    _, _, length = HEAD.unpack(head)
    payload = bytearray(length)
    read_into(memoryview(payload))
    setup = json.loads(payload)
    try:
        with open("/sandbox/program.py", "rb") as file:  # as root still: the pool's uid may not be allowed to
            setup["code"] = compile(file.read(), "/sandbox/program.py", "exec")
        if setup["uid"] is not None:
            become(setup["uid"])
        own_keyring()
        fcntl.fcntl(CHANNEL, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        prepare(setup)
        prctl(PR_SET_SUBREAPER, 1)
        flush()
        gc.collect()
        gc.freeze()
        gc.disable()
    except BaseException:
        send(READY, 0, json.dumps({"ok": False, "reason": traceback.format_exc()[-4000:]}).encode())
        os._exit(1)
    send(READY, 0, json.dumps({"ok": True}).encode())
    Parent(setup).loop()


main()
