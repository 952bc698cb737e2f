"""Empties what the kernel keeps for this process's uid in keyrings: they belong to the uid, outlive every process,
and would be found by the next job that is given it. Ends in failure unless all are empty."""

import ctypes
import os
import sys

SYS_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219}.get(os.uname().machine)
CLEAR, READ, GET_PERSISTENT = 7, 11, 22
PROCESS, USER, USER_SESSION = -2, -4, -5

libc = ctypes.CDLL(None, use_errno=True)


def keyctl(operation, *arguments):
    return libc.syscall(SYS_KEYCTL, operation, *map(ctypes.c_long, arguments))


if SYS_KEYCTL is None:
    sys.exit("keyctl has no number that is known here")
persistent = keyctl(GET_PERSISTENT, -1, PROCESS)
keyrings = [USER_SESSION, USER, *([persistent] if persistent > 0 else [])]
for keyring in keyrings:
    keyctl(CLEAR, keyring)
left = [keyring for keyring in keyrings if keyctl(READ, keyring, 0, 0) != 0]  # closed to us is not empty
sys.exit(f"not empty: {left}" if left else 0)
