"""Becomes a program in a session that has a keyring with a key in it, as an SSH login would."""

import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
ADD_KEY, KEYCTL = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]
libc.syscall(KEYCTL, 1, None)
libc.syscall(ADD_KEY, b"user", b"of-the-login", b"of-the-login", 12, -3)
os.execv(sys.argv[1], sys.argv[1:])
