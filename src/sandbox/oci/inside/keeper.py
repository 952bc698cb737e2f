"""Process 1 of a container: starts the job with its limits, passes its streams on, watches it, and tells how it ended.

Frames on stdin and stdout: kind (1 byte), a number that is always 0 (4), length (4), payload; big-endian. Their twin
is contained.ts. Some engines let the request by which stdin was attached through, so all before PREAMBLE is left out. The job has the same uid, so this process is made undumpable: nothing of it can be read, traced or
written to, and the kernel lets no process of the container kill it. When it ends, all others are killed.
"""

import ctypes
import json
import os
import resource
import selectors
import signal
import socket
import struct
import time

HEAD = struct.Struct(">BII")
BOUNDS = struct.Struct(">QQ")  # memory, processes
SETUP, STDIN, CHANNEL_IN, KILL, ALIVE, BOUND, LOOK = range(7)  # from Node
STDOUT, STDERR, CHANNEL, END, LOOKED = range(5)  # to Node
PREAMBLE = b"\0keeper\0"
CHUNK = 1 << 16
TICK = 0.05
SILENCE = 30.0  # seconds without a word of Node, which says something every few
PAGE = 4096
PR_SET_DUMPABLE = 4
SYS_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219}.get(os.uname().machine)
KEYCTL_JOIN_SESSION_KEYRING = 1

libc = ctypes.CDLL(None, use_errno=True)


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def send(kind, payload=b""):
    write_all(1, HEAD.pack(kind, 0, len(payload)))
    write_all(1, payload)


def read_exactly(count):
    data = bytearray()
    while len(data) < count:
        piece = os.read(0, count - len(data))
        if not piece:
            os._exit(0)  # Node is gone
        data += piece
    return bytes(data)


def skip_preamble():
    seen = b""
    while not seen.endswith(PREAMBLE):
        seen = seen[-len(PREAMBLE) :] + read_exactly(1)


class Outgoing:
    """Bytes on their way to a descriptor of the job, which may never read them."""

    def __init__(self, selector, descriptor, what):
        self.selector = selector
        self.descriptor = descriptor
        self.what = what  # what is read from it; None: nothing, it is closed when all is written
        self.waiting = bytearray()
        self.ended = False
        os.set_blocking(descriptor, False)
        if what is not None:
            selector.register(descriptor, selectors.EVENT_READ, (what, self))

    def add(self, data):
        if not self.ended:
            self.waiting += data
            self.push()

    def end(self):
        self.ended = True
        self.push()

    def push(self):
        if self.descriptor is None:
            return
        try:
            while self.waiting:
                del self.waiting[: os.write(self.descriptor, bytes(self.waiting[:CHUNK]))]
        except BlockingIOError:
            pass
        except OSError:  # the job has closed its end
            self.waiting.clear()
            self.ended = True
        self.watch()

    def watch(self):
        """Be told when it can be written to again, for as long as something waits."""
        writing = selectors.EVENT_WRITE if self.waiting else 0
        if self.what is not None:
            self.selector.modify(self.descriptor, selectors.EVENT_READ | writing, (self.what, self))
            return
        try:
            self.selector.unregister(self.descriptor)
        except KeyError:
            pass
        if writing:
            self.selector.register(self.descriptor, writing, (None, self))
        elif self.ended:
            self.forget()

    def forget(self):
        if self.what is not None:
            self.selector.unregister(self.descriptor)
        os.close(self.descriptor)
        self.descriptor = None
        self.ended = True


class Keeper:
    def __init__(self, setup):
        self.selector = selectors.DefaultSelector()
        self.memory, self.processes = setup["memoryBytes"], setup["processes"]
        self.inodes, self.folders = setup["inodes"], setup["folders"]
        self.alone = setup["alone"]
        self.exceeded = None
        self.heard = time.monotonic()
        self.open = set()
        self.woken, waking = os.pipe()
        for descriptor in (self.woken, waking):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self.woken, selectors.EVENT_READ, ("child", None))
        self.start(setup)

    def start(self, setup):
        job_in, self_in = os.pipe()
        self_out, job_out = os.pipe()
        self_err, job_err = os.pipe()
        ours = theirs = None
        if setup["channel"]:
            ours, theirs = socket.socketpair()
        self.child = os.fork()
        if self.child == 0:
            try:
                become(setup, job_in, job_out, job_err, None if theirs is None else theirs.fileno())
            except BaseException as error:
                os.write(2, f"{setup['argv'][0]}: {error}\n".encode())
            os._exit(127)
        for descriptor in (job_in, job_out, job_err):
            os.close(descriptor)
        self.stdin = Outgoing(self.selector, self_in, None)
        self.channel = None
        self.selector.register(0, selectors.EVENT_READ, ("node", None))
        for descriptor, kind in ((self_out, STDOUT), (self_err, STDERR)):
            os.set_blocking(descriptor, False)
            self.selector.register(descriptor, selectors.EVENT_READ, (kind, None))
            self.open.add(descriptor)
        if ours is not None:
            theirs.close()
            descriptor = ours.detach()
            self.channel = Outgoing(self.selector, descriptor, CHANNEL)
            self.open.add(descriptor)

    def loop(self):
        ticked = 0.0
        while True:
            for key, events in self.selector.select(TICK):
                what, outgoing = key.data
                if events & selectors.EVENT_WRITE and outgoing is not None:
                    outgoing.push()
                if not events & selectors.EVENT_READ:
                    continue
                if what == "node":
                    self.command()
                elif what == "child":
                    os.read(key.fd, CHUNK)
                elif key.fd in self.open:
                    self.forward(key.fd, what)
            self.reap()
            now = time.monotonic()
            if now - ticked >= TICK * 0.8:
                ticked = now
                self.check(now)

    def command(self):
        kind, _, length = HEAD.unpack(read_exactly(HEAD.size))
        payload = read_exactly(length)
        self.heard = time.monotonic()
        if kind == KILL:
            self.end(signal.SIGKILL)
        elif kind == STDIN and payload:
            self.stdin.add(payload)
        elif kind == STDIN:
            self.stdin.end()
        elif kind == CHANNEL_IN and self.channel is not None:
            self.channel.add(payload)
        elif kind == BOUND:
            self.memory, self.processes = BOUNDS.unpack(payload)
        elif kind == LOOK:
            self.look()

    def forward(self, descriptor, kind):
        """Pass on what there is, at most one chunk; false once there is nothing more."""
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if data:
            send(kind, data)
            return True
        self.open.discard(descriptor)
        if kind == CHANNEL:
            self.channel.forget()
        else:
            self.selector.unregister(descriptor)
            os.close(descriptor)
        return False

    def reap(self):
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self.child:
                    self.end(status)
        except ChildProcessError:
            return

    def check(self, now):
        if now - self.heard > SILENCE:
            os._exit(0)  # nobody is there to be told
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        if len(pids) > self.processes * 2 + 16:
            self.excess("memory")
        if sum(map(resident, pids)) > self.memory and sum(map(proportional, pids)) > self.memory:
            self.excess("memory")
        if self.alone and killed_for_memory():
            self.excess("memory")
        for folder in self.folders:
            disk = os.statvfs(folder)
            if disk.f_files - disk.f_ffree > self.inodes:
                self.excess("memory")  # empty files are kernel memory
            if disk.f_bfree == 0:
                self.exceeded = self.exceeded or "disk"

    def look(self):
        """What runs beside the job's first process, and its threads, seen from where it cannot lie."""
        pids = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        try:
            threads = len(os.listdir(f"/proc/{self.child}/task"))
        except OSError:
            threads = 0
        send(LOOKED, json.dumps({"processes": len(pids), "threads": threads}).encode())

    def excess(self, what):
        self.exceeded = what
        self.end(signal.SIGKILL)

    def end(self, status):
        """Tell a wait status and be gone, and with this process all others. What the job wrote comes before it."""
        try:
            os.kill(-1, signal.SIGKILL)  # whoever lives on writes no more
        except ProcessLookupError:
            pass
        for descriptor in list(self.open):
            kind = self.selector.get_key(descriptor).data[0]
            while self.forward(descriptor, kind):
                pass
        for folder in self.folders:
            disk = os.statvfs(folder)
            if disk.f_bfree == 0 or disk.f_ffree == 0:
                self.exceeded = self.exceeded or "disk"
        if self.alone and killed_for_memory():
            self.exceeded = "memory"
        send(END, json.dumps({"status": status, "exceeded": self.exceeded}).encode())
        os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def become(setup, job_in, job_out, job_err, channel):
    """In the child: nothing of the keeper's stays open, the limits are set, and the job takes over."""
    os.setsid()
    kept = 3
    for descriptor, place in ((job_in, 0), (job_out, 1), (job_err, 2)):
        os.dup2(descriptor, place)
    if channel is not None:
        if channel != 3:
            os.dup2(channel, 3)
        os.set_inheritable(3, True)
        kept = 4
    os.closerange(kept, 4096)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its own files of /proc are closed to it
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # where memory is short, the job goes and not its keeper
    if SYS_KEYCTL is not None:
        libc.syscall(SYS_KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, None)  # most engines forbid keys altogether
    for name, value in setup["rlimits"].items():
        which = getattr(resource, f"RLIMIT_{name.upper()}")
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGXFSZ, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.chdir(setup["cwd"])
    os.execvpe(setup["argv"][0], setup["argv"], setup["env"])


def killed_for_memory():
    """Whether the kernel has ended a process of this container for want of memory, in the two places of its count."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path, "rb") as file:
                return any(line.startswith(b"oom_kill ") and line.split()[1] != b"0" for line in file)
        except OSError:
            pass
    return False


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


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        os._exit(70)
    skip_preamble()
    _, _, length = HEAD.unpack(read_exactly(HEAD.size))
    setup = json.loads(read_exactly(length))
    Keeper(setup).loop()


main()
