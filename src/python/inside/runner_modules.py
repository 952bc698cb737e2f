"""Run pytest on a sample, and say which modules are loaded then; ../standard/loaded.ts reads the last line."""

import importlib
import json
import os
import sys

import pytest

# what the programs import that run beside a project's code, whatever pytest may have loaded
for name in """
ast asyncio atexit base64 builtins collections contextlib copy ctypes dataclasses datetime decimal doctest enum errno fcntl fractions functools gc
importlib.machinery inspect io itertools json math mmap os pathlib random re resource select selectors shutil signal site
socket struct subprocess sys textwrap threading time traceback types unittest uuid warnings
""".split():
    importlib.import_module(name)
pytest.main(["-p", "no:cacheprovider", "-q", "test_sample.py"])
sys.stdout.flush()
os.write(1, ("\n" + json.dumps(sorted(sys.modules)) + "\n").encode())
