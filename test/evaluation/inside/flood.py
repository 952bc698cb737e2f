"""Misuses what a program may write: every way by its name."""

import os
import time


def channel():
    """The private channel, which a program would find by looking."""
    for fd in range(64, 1024):
        try:
            os.fstat(fd)
            return fd
        except OSError:
            pass


def reports(report, fd):
    while True:
        report("x" * 60000)


def many(report, fd):
    while True:
        os.write(fd, b"0\n" * 30000)


def nested(report, fd):
    for _ in range(200):
        os.write(fd, b"[" * 60000)
    os.write(fd, b"\n")


def brackets(report, fd):
    for _ in range(150):
        os.write(fd, b"[" + b"[]," * 20000 + b"0]\n")


def endless(report, fd):
    while True:
        os.write(fd, b"x" * 65536)


def drips(report, fd):
    end = time.monotonic() + 2
    while time.monotonic() < end:
        os.write(fd, b" ")
        os.write(1, b"x")


def nonsense(report, fd):
    report("before")
    os.write(fd, b'\0\0\0\n"\xff\xfe"\n{"a":\n\n\x00null\n\xc3\n')
    report("after")


def stdout(report, fd):
    while True:
        os.write(1, b"\0\xff" * 30000)


def files(report, fd):
    """Memory that no process has mapped: only the kernel's own count sees it."""
    kept = []
    time.sleep(0.3)  # until the group holds us
    for _ in range(160):
        kept.append(os.memfd_create("kept"))
        os.write(kept[-1], b"x" * (8 << 20))
    time.sleep(5)


def waits(report, fd):
    time.sleep(2)


def main(order, report):
    report("here")
    globals()[order["do"]](report, channel())
    return 0
