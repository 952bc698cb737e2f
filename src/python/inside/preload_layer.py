"""Imported once by the warm template: brings in what most runs need. A module that cannot be imported is left
to the run itself, which will tell; one that starts a thread must not be forked, so that is an error here."""

import importlib
import os
import sys
import threading

for name in os.environ.get("PRELOAD_MODULES", "").split():
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except BaseException:
        for half in set(sys.modules) - before:
            del sys.modules[half]

if threading.active_count() > 1:
    raise RuntimeError("a dependency starts threads when it is imported")
