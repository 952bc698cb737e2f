"""Leaves everything behind that a process can, and reports what it managed to; with `stay` it goes on living."""

import ctypes
import os
import socket
import time

libc = ctypes.CDLL(None, use_errno=True)
LEFT = b"left-by-another"
ADD_KEY = {"x86_64": 248, "aarch64": 217}.get(os.uname().machine)
held = []


def file_at(path):
    with open(path, "wb") as file:
        file.write(LEFT)


def process():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/usr/bin/python3", ["python3", "-c", "import time; time.sleep(300)", LEFT.decode()])
        os._exit(0)
    os.wait()


def unix_socket():
    server = socket.socket(socket.AF_UNIX)
    server.bind(b"\0" + LEFT)
    server.listen()
    held.append(server)


def tcp_socket():
    held.append(socket.create_server(("127.0.0.1", 47474)))


def shared_memory():
    must(libc.shmget(47474, 4096, 0o1666))


def semaphore():
    must(libc.semget(47474, 1, 0o1666))


def message_queue():
    must(libc.mq_open(b"/" + LEFT, os.O_CREAT | os.O_RDWR, 0o666, None))


def key_in(keyring):
    must(libc.syscall(ADD_KEY, b"user", LEFT, LEFT, len(LEFT), keyring))


def must(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


ways = {
    **{f"file {path}": (file_at, path) for path in ("/tmp/left", "/dev/shm/left", "/work/left", "/var/tmp/left", "/left")},
    **{f"file {path}": (file_at, path) for path in ("/mods/left", "/lowers/left", "/stage/left", "/sandbox/left")},
    "process": (process,),
    "unix socket": (unix_socket,),
    "tcp socket": (tcp_socket,),
    "shared memory": (shared_memory,),
    "semaphore": (semaphore,),
    "message queue": (message_queue,),
    "user keyring": (key_in, -4),
    "user session keyring": (key_in, -5),
    "session keyring": (key_in, -3),
}


def main(order, report):
    managed = []
    for name, (act, *arguments) in ways.items():
        try:
            act(*arguments)
            managed.append(name)
        except (OSError, AttributeError):
            pass
    os.environ["LEFT"] = "left"
    os.umask(0)
    report(managed)
    time.sleep(order["stay"])
