"""Looks for what leave.py may have left, and reports all that it finds."""

import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)
LEFT = b"left-by-another"
KEYCTL = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine)
SEARCH = 10


def exists(path):
    return os.path.lexists(path)


def process():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if LEFT in file.read():
                return True
    return sum(map(str.isdigit, os.listdir("/proc"))) > 2


def connects(family, address):
    with socket.socket(family) as client:
        return client.connect_ex(address) == 0


def key_in(keyring, name=LEFT):
    return libc.syscall(KEYCTL, SEARCH, keyring, b"user", name, 0) > 0


ways = {
    **{f"file {path}": (exists, path) for path in ("/tmp/left", "/dev/shm/left", "/work/left", "/var/tmp/left", "/left")},
    **{f"file {path}": (exists, path) for path in ("/mods/left", "/lowers/left", "/stage/left", "/sandbox/left")},
    "process": (process,),
    "unix socket": (connects, socket.AF_UNIX, b"\0" + LEFT),
    "tcp socket": (connects, socket.AF_INET, ("127.0.0.1", 47474)),
    "shared memory": (lambda: libc.shmget(47474, 4096, 0o666) >= 0,),
    "semaphore": (lambda: libc.semget(47474, 1, 0o666) >= 0,),
    "message queue": (lambda: libc.mq_open(b"/" + LEFT, os.O_RDWR, 0, None) >= 0,),
    "user keyring": (key_in, -4),
    "user session keyring": (key_in, -5),
    "session keyring": (key_in, -3),
    "key of the login": (key_in, -3, b"of-the-login"),
    "environment": (lambda: "LEFT" in os.environ,),
    "umask": (lambda: os.umask(0o022) == 0,),
    "other trees": (lambda: os.listdir("/lowers") != [],),
}


def main(_input, report):
    found = []
    for name, (act, *arguments) in ways.items():
        try:
            if act(*arguments):
                found.append(name)
        except (OSError, AttributeError):
            pass
    report(found)
