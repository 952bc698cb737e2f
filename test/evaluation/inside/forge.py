"""Tries to speak for others: frames of the template's channel into every descriptor, and the memory and the
descriptors of every process that is seen. Its own word is exit status 7 and one report."""

import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
GETFD = 438
ATTACH = 16


def frames():
    end = b'{"status":0,"killed":false,"failed":null,"truncated":false,"timedOut":false,"exceeded":null,"forkMs":1,"elapsedMs":1}'
    for job in range(1, 9):
        yield struct.pack(">BII", 3, job, 8) + b'"forged"'[:8]
        yield struct.pack(">BII", 4, job, len(end)) + end


def main(_input, report):
    reached = []
    word = b"".join(frames())
    report("own")
    own = {int(fd) for fd in os.listdir("/proc/self/fd")}
    for fd in range(3, 1100):
        try:
            os.fstat(fd)
            if os.readlink(f"/proc/self/fd/{fd}").startswith("socket:"):
                os.write(fd, word)
                reached.append(f"socket {fd}")
        except OSError:
            pass
    for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
        if pid == os.getpid():
            continue
        for what in ("fd", "root", "cwd", "map_files"):
            try:
                os.listdir(f"/proc/{pid}/{what}")
                reached.append(f"{what} of {pid}")
            except OSError:
                pass
        for what in ("mem", "environ", "maps"):
            try:
                with open(f"/proc/{pid}/{what}", "rb") as file:
                    file.read(1)
                reached.append(f"{what} of {pid}")
            except OSError:
                pass
        if libc.ptrace(ATTACH, pid, None, None) == 0:
            reached.append(f"trace of {pid}")
        try:
            handle = os.pidfd_open(pid)
            if any(libc.syscall(GETFD, handle, fd, 0) >= 0 for fd in range(64)):
                reached.append(f"descriptors of {pid}")
        except OSError:
            pass
    # what it holds: three standard streams, its report channel, and the listing itself
    report({"reached": reached, "held": len(own)})
    return 7
